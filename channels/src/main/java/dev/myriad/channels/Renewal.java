package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Budget;
import dev.myriad.process.Alarm;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A token that a connection is to be renewed with, and the messages that brought it: clients send
 * it once for each of their channels. Confined to the connection's thread, but for the asking.
 */
final class Renewal {
    private static final Line THREW = Log.of(Endpoint.class).error("renewal crashed");

    /** What it costs besides its payload. */
    private static final int PROCESS_BYTES = 1 << 10;

    private static final ConnectResult NO_TOKEN = ConnectResult.refused("no access_token");
    private static final ConnectResult CRASHED = ConnectResult.refused("renewal crashed");
    private static final ConnectResult TOO_SLOW = ConnectResult.refused("renewal too slow");

    /** A message to answer. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Question(ChannelProcess channel, byte @Nullable [] ref) {}

    final List<Question> questions = new ArrayList<>();
    private final Payload payload;
    private final Budget mail;
    private @Nullable Alarm alarm;
    private @Nullable Asking asking;

    Renewal(Payload payload, Budget mail) {
        this.payload = payload;
        this.mail = mail;
    }

    /**
     * Charges what it costs, until {@link #release}, which comes by itself once it has begun; false
     * if there is no room.
     */
    boolean charge() {
        return mail.move(0, bytes());
    }

    /** It is over, or will not begin. */
    void release() {
        boolean _ = mail.move(bytes(), 0);
    }

    private int bytes() {
        return PROCESS_BYTES + payload.bytes().length;
    }

    boolean isSame(Payload other) {
        return Arrays.equals(payload.bytes(), other.bytes());
    }

    /**
     * Asks the user's code. There is an answer, whatever that does: one that takes too long is
     * interrupted, and its answer, if there ever is one, comes second.
     *
     * @param answer called once or twice, by any thread
     */
    void begin(
            Renew renew,
            Socket socket,
            EndpointClock clock,
            Duration timeMax,
            Consumer<ConnectResult> answer) {
        alarm = clock.after(timeMax, () -> answer.accept(TOO_SLOW));
        asking = Process.spawn(new Asking(renew, socket, answer));
    }

    /** It has been answered. */
    void end() {
        if (alarm != null) {
            boolean _ = alarm.cancel();
        }
        if (asking != null) {
            asking.interrupt(); // the client does not wait for it any more
        }
    }

    /** A process and not a thread, as {@link Connecting} is one. */
    private final class Asking extends Process {
        private final Renew renew;
        private final Socket socket;
        private final Consumer<ConnectResult> answer;
        private @Nullable Thread thread;

        Asking(Renew renew, Socket socket, Consumer<ConnectResult> answer) {
            this.renew = renew;
            this.socket = socket;
            this.answer = answer;
        }

        @Override
        protected void started() {
            ConnectResult result;
            asks(Thread.currentThread());
            try {
                result = ask(renew, socket);
            } finally {
                asks(null);
            }
            answer.accept(result);
            exit(ExitReason.NORMAL);
        }

        /** From null on the thread is not interrupted any more; others use it next. */
        private synchronized void asks(@Nullable Thread asker) {
            thread = asker;
            if (asker == null) {
                boolean _ = Thread.interrupted();
            }
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }

        @Override
        protected void terminated(ExitReason reason) {
            release();
        }

        @Override
        protected void handle(Object message) {}

        @Override
        protected String name() {
            return "renewal of " + socket;
        }
    }

    private ConnectResult ask(Renew renew, Socket socket) {
        String token = token();
        if (token.isEmpty()) {
            return NO_TOKEN;
        }
        try {
            return Objects.requireNonNull(renew.renew(token, socket));
        } catch (Throwable crash) {
            THREW.tell(crash);
            return CRASHED;
        }
    }

    /** The token, empty if there is none: the payload is the client's, and may be anything. */
    private String token() {
        try {
            return payload.isObject()
                            && payload.as(Map.class).get("access_token") instanceof String token
                    ? token
                    : "";
        } catch (Throwable _) { // whatever the codec makes of it
            return "";
        }
    }
}
