/**
 * Lightweight processes: one small object each, scheduled onto virtual threads while it has mail.
 */
module dev.myriad.process {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires java.management;
    requires jdk.management;

    exports dev.myriad.process;
}
