package dev.myriad.tokens;

/**
 * The bytes with which terms begin in Erlang's external term format (erts, erl_ext_dist).
 * Thread-safe: constants only.
 */
final class TermTag {
    static final int VERSION = 131;
    static final int FLOAT = 70;
    static final int SMALL_INTEGER = 97;
    static final int INTEGER = 98;
    static final int ATOM = 100;
    static final int SMALL_TUPLE = 104;
    static final int EMPTY_LIST = 106;
    static final int BYTE_LIST = 107;
    static final int LIST = 108;
    static final int BINARY = 109;
    static final int SMALL_BIG = 110;
    static final int SMALL_ATOM = 115;
    static final int MAP = 116;
    static final int ATOM_UTF8 = 118;
    static final int SMALL_ATOM_UTF8 = 119;

    /** Maps within maps: what is nested deeper is neither written nor read. */
    static final int DEPTH_MAX = 16;

    /** Of an atom's name. */
    static final int ATOM_BYTES_MAX = 255;

    private TermTag() {}
}
