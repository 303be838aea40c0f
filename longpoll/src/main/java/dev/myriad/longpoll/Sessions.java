package dev.myriad.longpoll;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.engine.Draining;
import dev.myriad.protocol.CloseCode;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The clients that poll, by the token that each shows with its requests. Thread-safe. */
final class Sessions {
    private static final Line THREW = Log.of(Sessions.class).error("no answer to {}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int TOKEN_BYTES = 16;

    private final Map<String, PolledConnection> byToken = new ConcurrentHashMap<>();
    private final SessionLimits limits;
    private final int openingMillisMax;
    private final Counters counters = new Counters();
    private final AtomicInteger open = new AtomicInteger();
    private final Sweep sweep = new Sweep(byToken.values());
    private volatile boolean closing;
    private volatile boolean over;

    Sessions(Limits limits, Memory memory) {
        this.limits = new SessionLimits(limits, memory);
        this.openingMillisMax = limits.of(Limit.HANDSHAKE_MILLIS);
    }

    /** The session of a token, which has to be one of this route. */
    Optional<PolledConnection> find(LongPollRoute route, String token) {
        return Optional.ofNullable(byToken.get(token))
                .filter(session -> session.route().equals(route));
    }

    /** Asks the application whether the client may have a session, and answers it. */
    HttpAnswer open(LongPollRoute route, HttpQuestion question, Application application) {
        PolledConnection session = new PolledConnection(this, route, newToken(), question.peer());
        Optional<HttpAnswer> obstacle =
                closing
                        ? Optional.of(Answers.last(Answers.refusal(503, "")))
                        : limits.obstacle(session);
        if (obstacle.isPresent()) {
            counters.refused.increment();
            return obstacle.get();
        }
        Opening opening = new Opening(this, session);
        try {
            application.upgrade(question.head(), opening);
        } catch (Throwable fault) {
            THREW.tell(fault, question.head().path());
            opening.refuse(500, "internal error");
        }
        return opening.answer(openingMillisMax);
    }

    /** Nobody can guess it, so that it alone shows whose session it is. */
    private static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    void opened(PolledConnection session, ConnectionHandler handler) {
        counters.opened.increment();
        open.incrementAndGet();
        byToken.put(session.token(), session);
        session.open(handler);
        if (closing) {
            boolean _ = tellToComeBack(session);
        }
        if (over) {
            forget(session);
        }
        sweep.begin();
    }

    void refused(PolledConnection session) {
        counters.refused.increment();
        limits.leave(session);
    }

    /** The session is over; its client has yet to be told. */
    void ended() {
        open.decrementAndGet();
    }

    /** The session is over, and its client has been told, or will not ask. */
    void forget(PolledConnection session) {
        if (byToken.remove(session.token(), session)) {
            limits.leave(session);
        }
    }

    /** Opens no more sessions, and ends those that there are at a pace; an interrupt hurries it. */
    void drain(Drain drain) {
        closing = true;
        Draining.of(byToken.values(), Sessions::tellToComeBack, open::get, drain);
    }

    /** Ends all sessions; no request can come any more. */
    void end() {
        closing = true;
        over = true;
        byToken.values()
                .forEach(
                        session -> {
                            boolean _ = tellToComeBack(session);
                            forget(session);
                        });
    }

    private static boolean tellToComeBack(PolledConnection session) {
        return session.drain(CloseCode.SERVICE_RESTART);
    }

    boolean isClosing() {
        return closing;
    }

    SessionLimits limits() {
        return limits;
    }

    Counters counters() {
        return counters;
    }

    LongPollStats stats() {
        return new LongPollStats(
                limits.sessions(),
                counters.opened.sum(),
                counters.refused.sum(),
                counters.polls.sum(),
                counters.binaryDropped.sum(),
                limits.counts());
    }
}
