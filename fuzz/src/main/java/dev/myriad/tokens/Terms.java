package dev.myriad.tokens;

import java.util.Map;
import java.util.Optional;

/** Opens to the fuzzer what the package keeps to itself. Thread-safe: no state. */
public final class Terms {
    private Terms() {}

    /** Whether it is a token's term; a term that is written again must be read as the same. */
    public static boolean readToken(byte[] bytes) {
        return TermReader.signed(bytes).isPresent();
    }

    /** Whether a token's term, if it is one, is written and read as the same. */
    public static boolean staysSame(byte[] bytes) {
        Optional<SignedTerm> read = TermReader.signed(bytes);
        if (read.isEmpty() || read.get().maxAge().isEmpty()) {
            return true;
        }
        SignedTerm term = read.get();
        byte[] again =
                TermWriter.signed(
                        term.data(),
                        term.signedAtMillis(),
                        term.maxAge().orElseThrow().toSeconds());
        return TermReader.signed(again).equals(read);
    }

    public static Optional<Map<String, Object>> readSession(byte[] bytes) {
        return TermReader.session(bytes);
    }

    /** A token of an age of a day, signed at a moment. */
    public static byte[] token(Object data, long signedAtMillis) {
        return TermWriter.signed(data, signedAtMillis, 86_400);
    }

    /** The message, signed. */
    public static String sign(String secret, String salt, byte[] message) {
        return SignedMessage.sign(secret, salt, message);
    }
}
