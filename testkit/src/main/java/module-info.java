/** Channel tests without a network, seeded generators and fuzzers, conformance suites. */
module dev.myriad.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.myriad.protocol;
    requires static tools.jackson.databind; // the oracle of ParsersFuzzTest

    exports dev.myriad.testkit;
}
