/** Load generator that speaks the same protocol, and its reports. */
module dev.myriad.bench {
    requires static org.jspecify;
    requires HdrHistogram;
    requires dev.myriad.channels;
    requires dev.myriad.cluster;
    requires dev.myriad.net;
    requires dev.myriad.process;
    requires dev.myriad.protocol;
    requires dev.myriad.pubsub;
    requires info.picocli;
    requires java.management;
    requires tools.jackson.databind;

    opens dev.myriad.bench to
            info.picocli,
            tools.jackson.databind;
    opens dev.myriad.bench.processes to
            info.picocli,
            tools.jackson.databind;
}
