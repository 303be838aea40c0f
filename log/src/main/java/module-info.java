/** The one way of all lines to the log: nobody waits for it, floods it or forges it. */
module dev.myriad.log {
    requires static transitive org.jspecify;

    exports dev.myriad.log;
}
