/** Topics to subscribers: local fan-out, encoded once per serializer; and what topics remember. */
module dev.myriad.pubsub {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires transitive dev.myriad.net;
    requires transitive dev.myriad.process;
    requires transitive dev.myriad.protocol;

    exports dev.myriad.pubsub;
}
