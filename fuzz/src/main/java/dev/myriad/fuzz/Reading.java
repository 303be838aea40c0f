package dev.myriad.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a reader made of a stream of requests. Used by one thread at a time.
 *
 * <p>A request is told as one line: its method, its target, its body in hexadecimal.
 */
final class Reading {
    final List<String> requests = new ArrayList<>();

    /** Why it reads no more: a refusal, or the wish to close; empty if it waits for more. */
    String over = "";

    /** The end of what it waits for has not come. */
    boolean unfinished;

    static String request(String method, String target, byte[] body) {
        return method + " " + target + " " + HexFormat.of().formatHex(body);
    }

    boolean readsOn() {
        return over.isEmpty();
    }

    @Override
    public String toString() {
        return requests + (unfinished ? ", unfinished" : "") + (readsOn() ? "" : ", over: " + over);
    }
}
