/**
 * Bytes to frames and back: WebSocket framing, Phoenix serializers, HTTP requests and responses.
 */
module dev.myriad.protocol {
    requires static transitive org.jspecify;

    exports dev.myriad.protocol;
}
