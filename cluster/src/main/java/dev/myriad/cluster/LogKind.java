package dev.myriad.cluster;

/** What a cluster keeps in logs: each kind in one of its own. */
enum LogKind {
    /** Messages of topics with a history; they grow old. */
    HISTORIES("h", "l", "k"),

    /** Changes of topics with values by key; they are kept until somebody has them taken out. */
    STATES("s", "t", "c");

    /** The part of a subject that stands for messages to the log. */
    final String to;

    /** The part of a subject that stands for what it tells. */
    final String told;

    /** The part of a subject that stands for what became of a node's messages. */
    final String acknowledged;

    LogKind(String to, String told, String acknowledged) {
        this.to = to;
        this.told = told;
        this.acknowledged = acknowledged;
    }
}
