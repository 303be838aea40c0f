/** Bytes to frames and back: WebSocket framing, Phoenix serializers, the upgrade request. */
module dev.myriad.protocol {
    requires static transitive org.jspecify;

    exports dev.myriad.protocol;
}
