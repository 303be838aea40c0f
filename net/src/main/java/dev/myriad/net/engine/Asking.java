package dev.myriad.net.engine;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One question to the application. Whatever the application does, there is an answer. Confined to
 * the virtual thread on which it runs.
 *
 * <p>HEAD and OPTIONS need no code in the application: where it does not know them, the answer to
 * GET, which is as safe as HEAD, or the {@code allow} of its refusal tells what to say.
 */
final class Asking implements Runnable {
    private static final Line THREW = Log.of(Asking.class).error("no answer to {} {}");
    private static final String ALLOW = "allow";
    private static final int THREAD_BYTES = 1 << 10;

    /** How an application says that it does not know a method, or the path with that method. */
    private static final Set<Integer> UNKNOWN = Set.of(404, 405, 501);

    private final Application application;
    private final HttpQuestion question;
    private final HttpSession session;

    Asking(Application application, HttpQuestion question, HttpSession session) {
        this.application = application;
        this.question = question;
        this.session = session;
    }

    /** Roughly what it costs until it has been answered. */
    int bytes() {
        return THREAD_BYTES + question.head().length() + question.body().length;
    }

    @Override
    public void run() {
        boolean answered = false;
        try {
            session.answerSoon(this, question.head(), answer());
            answered = true;
        } finally {
            if (!answered) {
                session.asked(this);
            }
        }
    }

    private HttpAnswer answer() {
        try {
            return switch (question.method()) {
                case "HEAD" -> head();
                case "OPTIONS" -> options();
                default -> ask(question);
            };
        } catch (Throwable fault) {
            THREW.tell(fault, question.method(), question.path());
            return Refusal.INTERNAL_ERROR;
        }
    }

    private HttpAnswer head() {
        HttpAnswer answer = ask(question);
        return UNKNOWN.contains(answer.status()) ? ask(asGet()) : answer;
    }

    private HttpAnswer options() {
        if (question.target().equals("*")) {
            return allow("GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE");
        }
        HttpAnswer answer = ask(question);
        String known = String.join(", ", answer.headers().getOrDefault(ALLOW, List.of()));
        return answer.status() == 405 && !known.isEmpty() ? allow(known + ", OPTIONS") : answer;
    }

    private static HttpAnswer allow(String methods) {
        return HttpAnswer.of(204).with(ALLOW, methods);
    }

    private HttpQuestion asGet() {
        return new HttpQuestion(
                question.head().withMethod("GET"), question.body(), question.peer());
    }

    private HttpAnswer ask(HttpQuestion asked) {
        return Objects.requireNonNull(application.http(asked), "http answered null");
    }
}
