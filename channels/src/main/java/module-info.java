/** Socket, Channel, Endpoint: what users write. */
module dev.myriad.channels {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires java.management;
    requires transitive dev.myriad.longpoll;
    requires transitive dev.myriad.net;
    requires transitive dev.myriad.process;
    requires transitive dev.myriad.protocol;
    requires transitive dev.myriad.pubsub;
    requires transitive dev.myriad.tokens;
    requires transitive tools.jackson.databind;

    exports dev.myriad.channels;
}
