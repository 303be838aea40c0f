package dev.myriad.channels;

import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.Draining;
import dev.myriad.protocol.CloseCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The second transport of Phoenix Channels, for clients whose proxies refuse WebSockets: a session
 * is opened by a GET, the client fetches messages by further ones, each of which waits for some,
 * and sends its own by POST. Thread-safe; requests are served on virtual threads.
 *
 * <p>Sessions count like connections, apart from them: as many in all, and as many of one address,
 * as {@link Limits} allows connections.
 */
final class LongPoll {
    private static final Duration PAUSE_MIN = Duration.ofMillis(10);

    private final Map<String, LongPollRoute> routes = new LinkedHashMap<>();
    private final Map<String, LongPollSession> sessions = new ConcurrentHashMap<>();
    private final LongPollLimits limits;
    private final Counters counters;
    private final AtomicInteger open = new AtomicInteger();
    private final LongPollSweep sweep = new LongPollSweep(this);
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile boolean closed;
    private volatile boolean over;

    LongPoll(Limits limits, Counters counters) {
        this.limits = new LongPollLimits(limits);
        this.counters = counters;
    }

    // ---- while building

    /** Serves a socket beside the path of its WebSocket. */
    void serve(String webSocketPath, Mount mount, Duration window) {
        String path = webSocketPath.replaceFirst("websocket$", "longpoll");
        routes.put(path, new LongPollRoute(mount, window));
    }

    /** Groups that can hold sessions too, if there will be any. */
    Supplier<Group> groups(Supplier<Group> ofTransport) {
        return () ->
                routes.isEmpty() ? ofTransport.get() : new PolledGroup(ofTransport.get(), counters);
    }

    // ---- requests

    /** A fixed path goes before one with parameters, as with a WebSocket. */
    Optional<LongPollRoute> route(HttpQuestion question) {
        LongPollRoute fixed = routes.get(question.path());
        return fixed != null || routes.isEmpty()
                ? Optional.ofNullable(fixed)
                : routes.values().stream()
                        .filter(route -> route.mount().front().path().hasParameters())
                        .filter(route -> route.matches(question.target()))
                        .findFirst();
    }

    /** Answers a request to a route's path. */
    HttpAnswer answer(LongPollRoute route, HttpQuestion question, Gate gate) {
        return switch (question.method()) {
            case "GET" -> poll(route, question, gate);
            case "POST" -> receive(route, question);
            case "OPTIONS" ->
                    LongPollAnswer.preflight(
                            question.headers()
                                    .getOrDefault("access-control-request-headers", List.of()));
            default -> LongPollAnswer.refusal(400, "");
        };
    }

    private HttpAnswer poll(LongPollRoute route, HttpQuestion question, Gate gate) {
        String token = LongPollToken.shown(question).orElse("");
        Optional<LongPollSession> session = find(route, token);
        if (session.isEmpty()) {
            return open(route, question, gate);
        }
        counters.polls.increment();
        try {
            LongPollSession.Polled polled = session.get().poll(route.window());
            HttpAnswer answer = LongPollAnswer.messages(polled.status(), token, polled.texts());
            return closed && polled.status() == 500 ? LongPollAnswer.last(answer) : answer;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return LongPollAnswer.status(500);
        }
    }

    /** As in Phoenix whoever comes with a session that is over gets a new one. */
    private HttpAnswer open(LongPollRoute route, HttpQuestion question, Gate gate) {
        LongPollSession session =
                new LongPollSession(this, route, LongPollToken.newId(), question.peer());
        Optional<HttpAnswer> obstacle =
                closed
                        ? Optional.of(LongPollAnswer.last(LongPollAnswer.refusal(503, "")))
                        : limits.obstacle(session);
        if (obstacle.isPresent()) {
            counters.sessionsRefused.increment();
            return obstacle.get();
        }
        LongPollOpening opening = new LongPollOpening(this, session);
        gate.letIn(route.mount(), question.head(), opening);
        return opening.answer();
    }

    private HttpAnswer receive(LongPollRoute route, HttpQuestion question) {
        Optional<LongPollSession> session = find(route, LongPollToken.shown(question).orElse(""));
        if (session.isEmpty()) {
            return LongPollAnswer.status(410);
        }
        List<LongPollFrame> frames;
        try {
            frames =
                    isLines(question)
                            ? LongPollFrame.lines(question.body())
                            : List.of(LongPollFrame.whole(question.body()));
        } catch (IllegalArgumentException _) {
            session.get().breakOff(CloseCode.INTERNAL_ERROR);
            return LongPollAnswer.status(410); // neither JSON nor base64
        }
        if (!limits.admitsLines(frames.size(), session.get())) {
            return LongPollAnswer.status(413);
        }
        return LongPollAnswer.status(session.get().receive(frames) ? 200 : 410);
    }

    private static boolean isLines(HttpQuestion question) {
        return question.header("content-type")
                .filter(type -> type.startsWith("application/x-ndjson"))
                .isPresent();
    }

    /** The session of a token, which has to be one of this route. */
    private Optional<LongPollSession> find(LongPollRoute route, String token) {
        return LongPollToken.verify(token)
                .map(sessions::get)
                .filter(session -> session.route().equals(route));
    }

    // ---- sessions

    void opened(LongPollSession session, ConnectionHandler handler) {
        counters.sessionsOpened.increment();
        open.incrementAndGet();
        sessions.put(session.id(), session);
        session.open(handler);
        if (closed) {
            boolean _ = tellToComeBack(session);
        }
        if (over) {
            forget(session);
        }
        if (sweeping.compareAndSet(false, true)) {
            sweep.after(pause());
        }
    }

    void refused(LongPollSession session) {
        counters.sessionsRefused.increment();
        limits.leave(session);
    }

    /** The session is over; its client has yet to be told. */
    void ended() {
        open.decrementAndGet();
    }

    /** The session is over, and its client has been told, or will not ask. */
    void forget(LongPollSession session) {
        if (sessions.remove(session.id(), session)) {
            limits.leave(session);
        }
    }

    void sweep() {
        sessions.values()
                .forEach(session -> session.endIfSilentFor(session.route().silenceNanosMax()));
        sweeping.set(false);
        if (!sessions.isEmpty() && sweeping.compareAndSet(false, true)) {
            sweep.after(pause());
        }
    }

    /** Four times within the shortest window. */
    private Duration pause() {
        Duration window =
                routes.values().stream()
                        .map(LongPollRoute::window)
                        .min(Duration::compareTo)
                        .orElseThrow();
        Duration quarter = window.dividedBy(4);
        return quarter.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : quarter;
    }

    /** Opens no more sessions, and ends those that there are at a pace; an interrupt hurries it. */
    void drain(Drain drain) {
        closed = true;
        Draining.of(sessions.values(), LongPoll::tellToComeBack, open::get, drain);
    }

    /** Ends all sessions, of whose clients none can come any more. */
    void close() {
        closed = true;
        over = true;
        sessions.values()
                .forEach(
                        session -> {
                            boolean _ = tellToComeBack(session);
                            forget(session);
                        });
    }

    private static boolean tellToComeBack(LongPollSession session) {
        return session.end(CloseCode.SERVICE_RESTART);
    }

    LongPollLimits limits() {
        return limits;
    }

    Counters counters() {
        return counters;
    }

    LongPollStats stats() {
        return new LongPollStats(
                limits.sessions(),
                counters.sessionsOpened.sum(),
                counters.sessionsRefused.sum(),
                counters.polls.sum(),
                counters.unpollable.sum(),
                limits.counts());
    }
}
