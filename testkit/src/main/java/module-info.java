/**
 * Channel tests without a network, simulations of processes, changed inputs for parsers,
 * conformance suites.
 */
module dev.myriad.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.myriad.channels;
    requires transitive dev.myriad.process;
    requires transitive dev.myriad.protocol;
    requires transitive dev.myriad.net;
    requires dev.myriad.net.memory;
    requires java.net.http;
    requires tools.jackson.databind;

    exports dev.myriad.testkit;
}
