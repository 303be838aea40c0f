/** Signed tokens and sessions, the same as those of Phoenix and Plug. */
module dev.myriad.tokens {
    requires static transitive org.jspecify;

    exports dev.myriad.tokens;
}
