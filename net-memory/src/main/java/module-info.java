/** For tests: the engine without a network, and clients in the same program. */
module dev.myriad.net.memory {
    requires static org.jspecify;
    requires transitive dev.myriad.net;

    exports dev.myriad.net.memory;
}
