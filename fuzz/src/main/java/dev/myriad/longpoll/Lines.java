package dev.myriad.longpoll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opens to the fuzzer what the package keeps to itself. Thread-safe: no state. */
public final class Lines {
    private Lines() {}

    /** A message of a body. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Message(boolean isText, byte[] bytes) {}

    /**
     * The messages of a body.
     *
     * @throws IllegalArgumentException if there is a line that is none
     */
    public static List<Message> of(byte[] body) {
        List<Message> messages = new ArrayList<>();
        for (ClientMessage message : ClientMessage.lines(body)) {
            byte[] bytes = Arrays.copyOfRange(message.bytes(), message.from(), message.to());
            messages.add(new Message(message.isText(), bytes));
        }
        return messages;
    }
}
