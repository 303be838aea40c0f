package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Handshake;
import java.util.Optional;

/** What clients say, and what they expect to hear. Immutable, but for the stamps that it makes. */
final class Messages {
    static final int JOIN_REF = 1;
    static final int HEARTBEAT_REF = 2;
    static final int SHOUT_REF = 3;

    /** Echoes are numbered from here on, so that all their refs have eight digits. */
    static final int ECHO_REF = 10_000_000;

    static final int ECHO_REFS = 89_999_999;

    /** Of the sequence number in a broadcast's payload. */
    static final int SEQUENCE_DIGITS = 10;

    private static final int REF_DIGITS = 8;
    private static final String KEY = "bXlyaWFkLWJlbmNoLW9uZQ==";
    private static final String SEQUENCE = "{\"seq\":\"";
    private static final String PAD = "\",\"pad\":\"";
    private static final String END = "\"}";

    private final Topics topics;
    private final String payload;
    private final byte[] upgrade;
    private final byte[] heartbeat;
    private final byte[] broadcastStart;
    private final int broadcastLength;

    /** The payload gets so many bytes, or the least that holds a sequence number. */
    Messages(Target target, Topics topics, int payloadBytes) {
        this.topics = topics;
        this.payload = payload(payloadBytes);
        this.upgrade =
                Handshake.request(
                        target.host() + ":" + target.port(), target.path(), KEY, Optional.empty());
        this.heartbeat =
                Stamp.masked("[null,\"" + HEARTBEAT_REF + "\",\"phoenix\",\"heartbeat\",{}]");
        String opening = "[null,null,\"" + topics.of(0) + "\",\"msg\",";
        this.broadcastStart = (opening + SEQUENCE).getBytes(UTF_8);
        this.broadcastLength = (opening + payload + "]").getBytes(UTF_8).length;
    }

    private static String payload(int bytes) {
        String number = "#".repeat(SEQUENCE_DIGITS);
        int padding = bytes - SEQUENCE.length() - number.length() - PAD.length() - END.length();
        return padding < 0
                ? SEQUENCE + number + END
                : SEQUENCE + number + PAD + "x".repeat(padding) + END;
    }

    byte[] upgrade() {
        return upgrade;
    }

    String expectedAccept() {
        return Handshake.acceptKey(KEY);
    }

    byte[] heartbeat() {
        return heartbeat;
    }

    byte[] join(int client) {
        return Stamp.masked(
                "[\"1\",\"" + JOIN_REF + "\",\"" + topics.of(client) + "\",\"phx_join\",{}]");
    }

    /** A broadcast in the first topic, to be stamped with its sequence number. */
    Stamp shout() {
        return new Stamp(
                "[\"1\",\"" + SHOUT_REF + "\",\"" + topics.of(0) + "\",\"shout\"," + payload + "]",
                SEQUENCE_DIGITS);
    }

    /** An echo in the client's topic, to be stamped with its ref. */
    Stamp echo(int client) {
        String filled = payload.replace('#', '0');
        String ref = "#".repeat(REF_DIGITS);
        return new Stamp(
                "[\"1\",\"" + ref + "\",\"" + topics.of(client) + "\",\"echo\"," + filled + "]",
                REF_DIGITS);
    }

    /** How a broadcast begins, up to its sequence number. */
    byte[] broadcastStart() {
        return broadcastStart;
    }

    int broadcastLength() {
        return broadcastLength;
    }

    int payloadLength() {
        return payload.length();
    }
}
