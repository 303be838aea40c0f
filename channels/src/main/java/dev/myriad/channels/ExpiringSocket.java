package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.process.Alarm;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose credentials expire, or may be renewed. Some time before the expiry it warns
 * the clients of its channels, a new token moves the expiry in place, and at the expiry it closes.
 * Confined to its connection's thread like its base; the assigns may be read by any.
 *
 * <p>It has at most one timer, which wakes it when there is something to do; it then goes by the
 * time of day, which may have been set meanwhile.
 */
final class ExpiringSocket extends IdentifiedSocket implements Runnable {
    private static final Line UNWRITABLE =
            Log.of(Endpoint.class).error("the reason of a refused renewal cannot be written");
    private static final long NEVER = Long.MAX_VALUE;
    private static final String CLOSE_REASON = "token expired";

    private volatile Map<String, Object> assigns;
    private long expiresAtMillis;
    private long warnAtMillis;
    private boolean warned;
    private @Nullable Alarm timer;

    /** The token that is being checked. */
    private @Nullable Renewal renewal;

    /** The newest token that came meanwhile; it is checked next. */
    private @Nullable Renewal nextRenewal;

    ExpiringSocket(Mount mount, Serializer serializer, ConnectResult.Ok accepted) {
        super(mount, serializer, accepted.assigns(), accepted.id());
        this.assigns = accepted.assigns();
        expiresAt(accepted);
    }

    @Override
    public Map<String, Object> assigns() {
        return assigns;
    }

    @Override
    public void opened(Connection connection) {
        super.opened(connection);
        schedule();
    }

    @Override
    public void closed(int code) {
        cancelTimer();
        Renewal asked = renewal;
        if (asked != null) {
            renewal = null;
            asked.end();
        }
        if (nextRenewal != null) {
            nextRenewal.release();
            nextRenewal = null;
        }
        super.closed(code);
    }

    // ---- the clock

    private void expiresAt(ConnectResult.Ok accepted) {
        long now = mount.clock().millis();
        expiresAtMillis = accepted.expiresAtMillis().orElse(NEVER);
        warnAtMillis = expiresAtMillis - mount.expiry().warningMillis(expiresAtMillis - now);
        warned = false;
    }

    private void schedule() {
        cancelTimer();
        if (expiresAtMillis != NEVER) {
            long next = warned ? expiresAtMillis : warnAtMillis;
            long millis = Math.max(1, next - mount.clock().millis());
            timer = mount.clock().after(Duration.ofMillis(millis), this);
        }
    }

    private void cancelTimer() {
        Alarm present = timer;
        if (present != null) {
            boolean _ = present.cancel();
            timer = null;
        }
    }

    /** The timer is over. Called by the clock. */
    @Override
    public void run() {
        connection().execute(this::look);
    }

    private void look() {
        if (isClosed()) {
            return;
        }
        long now = mount.clock().millis();
        if (now >= expiresAtMillis) {
            connection().close(CloseCode.UNAUTHORIZED, CLOSE_REASON);
            return;
        }
        if (now >= warnAtMillis && !warned) {
            warned = true;
            Payload expiresIn = expiresIn();
            for (ChannelProcess channel : all()) {
                if (channel.hasEntered()) {
                    warn(channel, expiresIn);
                }
            }
        }
        schedule();
    }

    private void warn(ChannelProcess channel, Payload expiresIn) {
        connection()
                .send(
                        serializer.push(
                                channel.joinRef,
                                null,
                                channel.topic.name(),
                                Words.TOKEN_EXPIRING,
                                expiresIn));
    }

    /** Those who join after the others were warned are warned too. */
    @Override
    void entered(ChannelProcess channel) {
        connection()
                .execute(
                        () -> {
                            channel.markEntered();
                            if (warned && !isClosed()) {
                                warn(channel, expiresIn());
                            }
                        });
    }

    private Payload expiresIn() {
        if (expiresAtMillis == NEVER) {
            return Payload.EMPTY;
        }
        long millis = Math.max(0, expiresAtMillis - mount.clock().millis());
        String json = "{\"expires_in\":" + Math.ceilDiv(millis, 1_000) + "}";
        return Payload.json(json.getBytes(UTF_8));
    }

    // ---- renewals

    @Override
    void receive(ChannelProcess channel, Cursor cursor) {
        Envelope envelope = cursor.envelope;
        if (mount.expiry().renew().isPresent() && envelope.eventIs(Words.ACCESS_TOKEN_UTF8)) {
            renew(
                    mount.expiry().renew().get(),
                    new Renewal.Question(channel, envelope.ref()),
                    envelope.payload(mount.json()));
        } else {
            super.receive(channel, cursor);
        }
    }

    private void renew(Renew renew, Renewal.Question question, Payload payload) {
        Renewal present = renewal;
        if (present == null) {
            Renewal asked = made(payload, question);
            if (asked != null) {
                renewal = asked;
                question(asked, question);
                start(renew, asked);
            }
        } else if (present.isSame(payload)) {
            question(present, question);
        } else if (nextRenewal != null && nextRenewal.isSame(payload)) {
            question(nextRenewal, question);
        } else {
            Renewal asked = made(payload, question);
            if (asked == null) {
                return;
            }
            if (nextRenewal != null) {
                answer(nextRenewal, Words.STATUS_ERROR, Words.NEWER_TOKEN);
                nextRenewal.release();
            }
            nextRenewal = asked;
            question(asked, question);
        }
    }

    /** A renewal that is charged to the mail; null if there is no room, which has been answered. */
    private @Nullable Renewal made(Payload payload, Renewal.Question question) {
        Renewal made = new Renewal(payload, mount.mail());
        if (made.charge()) {
            return made;
        }
        mount.admission().exceeded(Limit.MAIL_MEMORY_PERCENT, peer());
        answer(question.channel(), question.ref(), Words.STATUS_ERROR, Words.OVERLOADED);
        return null;
    }

    private void question(Renewal asked, Renewal.Question question) {
        asked.questions.add(question);
        if (asked.questions.size() > mount.limits().of(Limit.RENEWAL_QUESTIONS_MAX)) {
            mount.admission().exceeded(Limit.RENEWAL_QUESTIONS_MAX, peer());
            connection().close(CloseCode.POLICY, "tokens come faster than they are checked");
        }
    }

    private void start(Renew renew, Renewal asked) {
        Duration timeMax = Duration.ofMillis(mount.limits().of(Limit.HANDSHAKE_MILLIS));
        asked.begin(
                renew,
                this,
                mount.clock(),
                timeMax,
                result -> {
                    Optional<Payload> refusal = refusal(result);
                    connection().execute(() -> renewed(renew, asked, result, refusal));
                });
    }

    private void renewed(
            Renew renew, Renewal asked, ConnectResult result, Optional<Payload> refusal) {
        if (renewal != asked) {
            return; // it has been answered, or the connection has ended
        }
        asked.end();
        renewal = nextRenewal;
        nextRenewal = null;
        try {
            answer(asked, result, refusal);
        } finally {
            if (renewal != null) {
                start(renew, renewal);
            }
        }
    }

    private void answer(Renewal asked, ConnectResult result, Optional<Payload> refusal) {
        if (result instanceof ConnectResult.Ok ok && refusal.isEmpty()) {
            assigns = ok.assigns();
            expiresAt(ok);
            schedule();
            answer(asked, Words.STATUS_OK, expiresIn());
            all().forEach(this::tellRenewed);
        } else {
            answer(asked, Words.STATUS_ERROR, refusal.orElse(Payload.EMPTY));
        }
    }

    private void tellRenewed(ChannelProcess channel) {
        Limit over = channel.limitOver(Control.RENEWED_BYTES);
        if (over == null) {
            channel.send(Control.RENEWED);
        } else {
            tooMuch(over, "tokens come faster than they are handled");
        }
    }

    /** What a client hears that is not renewed. Not called on the connection's thread. */
    private Optional<Payload> refusal(ConnectResult result) {
        return switch (result) {
            case ConnectResult.Refused(String reason) -> Optional.of(payload(reason));
            case ConnectResult.Ok ok when !ok.id().equals(id()) -> Optional.of(Words.OTHER_ID);
            case ConnectResult.Ok ok when ok.isExpired(mount.clock().instant()) ->
                    Optional.of(Words.TOKEN_EXPIRED);
            case ConnectResult.Ok _ -> Optional.empty();
        };
    }

    private Payload payload(String reason) {
        try {
            return mount.payload(Map.of("reason", reason));
        } catch (Throwable fault) { // of the program's codec, or null
            UNWRITABLE.tell(fault);
            return Words.RENEWAL_CRASHED;
        }
    }

    private void answer(Renewal asked, String status, Payload response) {
        for (Renewal.Question question : asked.questions) {
            answer(question.channel(), question.ref(), status, response);
        }
    }
}
