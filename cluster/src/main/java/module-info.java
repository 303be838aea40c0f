/** Many nodes as one, over NATS. */
module dev.myriad.cluster {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires transitive dev.myriad.pubsub;
    requires io.nats.jnats;

    exports dev.myriad.cluster;
}
