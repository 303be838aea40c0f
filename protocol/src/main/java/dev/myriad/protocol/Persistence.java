package dev.myriad.protocol;

/** What becomes of a connection after a response, and how the client is told. */
public enum Persistence {
    /** It stays, which need not be said in HTTP/1.1. */
    IMPLIED,
    /** It stays, as a client of HTTP/1.0 has asked for and is told. */
    TOLD,
    /** It ends. */
    CLOSE
}
