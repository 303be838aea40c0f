/** The server: command line, HTTP routes, metrics, demo applications. */
module dev.myriad.server {
    requires static org.jspecify;
    requires dev.myriad.log;
    requires dev.myriad.channels;
    requires dev.myriad.cluster;
    requires dev.myriad.micrometer;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.slf4j;

    opens dev.myriad.server to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            dev.myriad.server.Logging;
}
