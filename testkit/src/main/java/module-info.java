/**
 * Channel tests without a network, simulations of processes, seeded generators and fuzzers,
 * conformance suites.
 */
module dev.myriad.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.myriad.process;
    requires transitive dev.myriad.protocol;
    requires static tools.jackson.databind; // the oracle of ParsersFuzzTest

    exports dev.myriad.testkit;
}
