package dev.myriad.longpoll;

import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the transport within serves: the application, and the requests of clients that poll.
 * Thread-safe.
 */
final class PollingApplication implements Application {
    /** Where clients from Phoenix 1.9 on show their session's token; before, in the query. */
    private static final String TOKEN_HEADER = "x-phoenix-longpoll-token";

    private static final String TOKEN_PARAMETER = "token";

    private final Application application;
    private final Function<RequestHead, Optional<LongPollRoute>> routes;
    private final Sessions sessions;

    PollingApplication(
            Application application,
            Function<RequestHead, Optional<LongPollRoute>> routes,
            Sessions sessions) {
        this.application = application;
        this.routes = routes;
        this.sessions = sessions;
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        if (sessions.isClosing()) {
            upgrade.refuse(503, "the server is about to stop");
        } else if (routes.apply(request).isPresent()) {
            upgrade.refuse(404, "no WebSocket at this path: clients poll here");
        } else {
            application.upgrade(request, upgrade);
        }
    }

    @Override
    public boolean upgrades(RequestHead request) {
        return routes.apply(request).isEmpty() && application.upgrades(request);
    }

    @Override
    public HttpAnswer http(HttpQuestion question) {
        LongPollRoute route = routes.apply(question.head()).orElse(null);
        if (route == null) {
            return application.http(question);
        }
        return switch (question.method()) {
            case "GET" -> poll(route, question);
            case "POST" -> receive(route, question);
            case "OPTIONS" ->
                    Answers.preflight(question.head().headers("access-control-request-headers"));
            default -> Answers.refusal(400, "");
        };
    }

    /**
     * Brings messages, or opens a session. As in Phoenix a client whose session is over gets a new
     * one.
     */
    private HttpAnswer poll(LongPollRoute route, HttpQuestion question) {
        PolledConnection session = session(route, question).orElse(null);
        if (session == null) {
            return sessions.open(route, question, application);
        }
        sessions.counters().polls.increment();
        PolledConnection.Polled polled = session.poll();
        HttpAnswer answer = Answers.messages(polled.status(), session.token(), polled.texts());
        return sessions.isClosing() && polled.status() == 500 ? Answers.last(answer) : answer;
    }

    private HttpAnswer receive(LongPollRoute route, HttpQuestion question) {
        PolledConnection session = session(route, question).orElse(null);
        if (session == null) {
            return Answers.status(410);
        }
        List<ClientMessage> messages;
        try {
            messages =
                    isLines(question)
                            ? ClientMessage.lines(question.body())
                            : List.of(ClientMessage.whole(question.body()));
        } catch (IllegalArgumentException _) {
            session.breakOff(CloseCode.INTERNAL_ERROR);
            return Answers.status(410); // neither JSON nor base64
        }
        if (!sessions.limits().admitsLines(messages.size(), session)) {
            return Answers.status(413);
        }
        return Answers.status(session.receive(messages) ? 200 : 410);
    }

    private static boolean isLines(HttpQuestion question) {
        return question.header("content-type")
                .filter(type -> type.startsWith("application/x-ndjson"))
                .isPresent();
    }

    /** The session whose token the request shows; the header counts if it shows two. */
    private Optional<PolledConnection> session(LongPollRoute route, HttpQuestion question) {
        return question.header(TOKEN_HEADER)
                .or(() -> question.head().query(TOKEN_PARAMETER))
                .flatMap(token -> sessions.find(route, token));
    }
}
