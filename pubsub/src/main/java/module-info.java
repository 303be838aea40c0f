/** Topics to subscribers: local fan-out, encoded once per serializer. */
module dev.myriad.pubsub {
    requires static transitive org.jspecify;
    requires transitive dev.myriad.net;
    requires transitive dev.myriad.process;
    requires transitive dev.myriad.protocol;

    exports dev.myriad.pubsub;
}
