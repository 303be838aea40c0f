/** The counters of an endpoint and of processes as Micrometer's meters. */
module dev.myriad.micrometer {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires transitive dev.myriad.channels;
    requires transitive micrometer.core;

    exports dev.myriad.micrometer;
}
