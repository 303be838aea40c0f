/** Small programs that users may copy; compiled and tested. */
module dev.myriad.examples {
    requires static org.jspecify;
    requires dev.myriad.channels;
    requires dev.myriad.cluster;
    requires dev.myriad.jwt;
    requires dev.myriad.micrometer;
    requires dev.myriad.process;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.cbor;
}
