package dev.myriad.net.engine;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Budget;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.TrustedProxies;
import dev.myriad.protocol.BodyDecoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.HttpException;
import dev.myriad.protocol.Persistence;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.ResponseEncoder;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection's requests, served one at a time and in their order, until one of them becomes a
 * WebSocket or the connection ends. Confined to its shard's thread; the application answers on a
 * virtual thread.
 *
 * <p>What a request wants is decided anew for each: any may upgrade. While one is being answered no
 * more bytes are read: they wait, up to {@link Limit#HTTP_WAITING_BYTES_MAX}, beyond which the
 * connection is aborted.
 */
final class HttpSession {
    private static final Line UNSENDABLE =
            Log.of(HttpSession.class).error("an answer that cannot be sent");

    private final Wire wire;
    private final Input input = new Input();

    /** Of the request that is being read, once it is known. */
    private @Nullable RequestHead head;

    private @Nullable BodyDecoder body;
    private @Nullable PendingUpgrade deciding;

    /** The address of the connection itself, if that is a proxy's. */
    private @Nullable InetSocketAddress proxy;

    /** What it is charged with of the memory for requests. */
    private int held;

    private boolean answering;

    /** A response has been sent. */
    private boolean served;

    /** The client sends no more. */
    private boolean inputEnded;

    private boolean reading;
    private boolean ended;

    /** Whether the answer under way is to be the last. The application's thread reads it too. */
    private volatile boolean last;

    HttpSession(Wire wire) {
        this.wire = wire;
    }

    /** A response as it goes out, and whether the connection ends after it. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Response(byte[] bytes, boolean last) {}

    // ---- what comes in

    void received(byte[] bytes, int from, int to) {
        if (ended) {
            return;
        }
        if (served && isIdle()) {
            wire.restartDeadline(); // a new request has as much time as the first
        }
        input.lend(bytes, from, to);
        if (!isBusy()) {
            readOn();
        }
        input.keep();
        if (isBusy() && input.length() > bound(Limit.HTTP_WAITING_BYTES_MAX)) {
            exceeded(Limit.HTTP_WAITING_BYTES_MAX);
            stop();
            wire.abort();
        }
        chargeUnlessEnded();
    }

    // ---- memory

    private Budget budget() {
        return wire.shard().requests();
    }

    /** Is charged with what it holds by now; if that is too much it ends. */
    private void chargeUnlessEnded() {
        if (ended) {
            return;
        }
        int now = input.capacity();
        if (head != null) {
            now += head.length();
        }
        if (body != null) {
            now += body.capacity();
        }
        if (deciding != null) {
            now += deciding.head().length();
        }
        if (budget().move(held, now)) {
            held = now;
        } else {
            overload();
        }
    }

    /** Ends if it holds too much of what has become scarce. */
    void checkMemory() {
        if (!budget().mayHold(held)) {
            overload();
        }
    }

    private void overload() {
        exceeded(Limit.REQUESTS_MEMORY_PERCENT);
        if (isBusy()) { // there is no telling it before the answer that is under way
            closed();
            wire.abort();
        } else {
            refuseLast(503, Refusal.OVERLOADED);
        }
    }

    /** Reads nothing any more, and holds nothing. */
    private void stop() {
        ended = true;
        input.clear();
        head = null;
        BodyDecoder begun = body;
        if (begun != null) {
            begun.abandon();
            body = null;
        }
        boolean _ = budget().move(held, 0);
        held = 0;
    }

    /** Reads one request after the other, until one has to be answered first or there is none. */
    private void readOn() {
        if (reading) {
            return; // it is called from within itself: the outer call reads on
        }
        reading = true;
        try {
            while (!isBusy() && !ended && !input.isEmpty() && read()) {
                // and the next
            }
        } catch (HttpException e) {
            refuseMalformed(e);
        } finally {
            reading = false;
        }
        if (inputEnded && !isBusy() && !ended) {
            end();
        }
    }

    /** Reads what there is of one request; false if more of it has to come. */
    private boolean read() {
        RequestHead request = head;
        BodyDecoder content = body;
        if (request == null || content == null) {
            request = input.head(bound(Limit.HEAD_BYTES_MAX), bound(Limit.HEADERS_MAX));
            if (request == null) {
                return false;
            }
            identify(request);
            head = request;
            if (wire.isTooMany()) {
                exceeded(Limit.CONNECTIONS_MAX);
                refuseLast(503, "too many connections");
                return false;
            }
            if (request.wantsWebSocket() && decide(request)) {
                head = null;
                return true;
            }
            content =
                    BodyDecoder.of(
                            request,
                            bound(Limit.HTTP_BODY_BYTES_MAX),
                            bound(Limit.HEAD_BYTES_MAX),
                            wire.shard().pieces());
            if (request.expectsContinue() && input.isEmpty()) {
                wire.transmit(ResponseEncoder.continuing());
            }
            body = content;
        }
        input.feed(content);
        if (!content.isComplete()) {
            return false;
        }
        head = null;
        body = null;
        return ask(new HttpQuestion(request, content.bytes(), wire.peer()));
    }

    /**
     * Finds out which client asks: a trusted proxy sends the requests of many on one connection.
     */
    private void identify(RequestHead request) {
        TrustedProxies proxies = wire.shard().room().trustedProxies();
        if (proxies.isEmpty()) {
            return;
        }
        InetSocketAddress own = proxy == null ? wire.peer() : proxy;
        InetSocketAddress client = proxies.client(own, request);
        if (proxy != null || !client.equals(own)) {
            proxy = own;
            wire.peerIs(client);
        }
    }

    // ---- questions

    /** Asks the application, if there is room for one more question; false if there is not. */
    private boolean ask(HttpQuestion question) {
        Asking asking = new Asking(wire.shard().application(), question, this);
        if (!budget().move(0, asking.bytes())) {
            overload();
            return false;
        }
        answering = true;
        try {
            wire.shard().ask(asking);
        } catch (Throwable e) { // there is no thread to be had
            answering = false;
            asked(asking);
            wire.shard().fault(e);
            refuseLast(503, Refusal.OVERLOADED);
            return false;
        }
        return true;
    }

    /** The shard has the answer to a question, or nothing came of it. From any thread. */
    void asked(Asking asking) {
        boolean _ = budget().move(asking.bytes(), 0);
    }

    /** The application has answered. Called on the virtual thread, which does the encoding. */
    void answerSoon(Asking asking, RequestHead request, HttpAnswer answer) {
        Response response = encode(answer, request.persistence(), request);
        wire.execute(
                () -> {
                    asked(asking);
                    if (!ended) {
                        answering = false;
                        wire.restartDeadline();
                        boolean untold = last && !response.last();
                        respond(untold ? encode(answer, Persistence.CLOSE, request) : response);
                        readOn();
                        chargeUnlessEnded();
                    }
                });
    }

    // ---- upgrades

    /** Deals with one that asks for a WebSocket; false if it is to be answered as any other. */
    private boolean decide(RequestHead request) {
        try {
            Handshake.check(request);
        } catch (HttpException e) {
            if (!wire.shard().application().upgrades(request)) {
                return false; // RFC 9110, section 7.8: a wish to upgrade may be ignored
            }
            if (request.hasBody()) {
                throw e; // which is not read
            }
            refuse(request, e.status(), String.valueOf(e.getMessage()));
            return true;
        }
        if (!wire.shard().room().enterFrom(wire)) {
            exceeded(Limit.CONNECTIONS_PER_ADDRESS_MAX);
            refuseLast(429, "too many connections from this address");
            return true;
        }
        PendingUpgrade upgrade = new PendingUpgrade(wire, this, request);
        deciding = upgrade;
        try {
            wire.shard().application().upgrade(request, upgrade);
        } catch (Throwable e) {
            wire.shard().fault(e);
            upgrade.refuse(500, "internal error");
        }
        return true;
    }

    void accept(PendingUpgrade upgrade, ConnectionHandler handler, Optional<String> subprotocol) {
        if (deciding != upgrade) {
            return;
        }
        byte[] response;
        try {
            response = Handshake.accept(upgrade.head(), subprotocol);
        } catch (IllegalArgumentException e) {
            wire.shard().fault(e);
            refuse(upgrade, 500, "internal error");
            return;
        }
        deciding = null;
        byte[] rest = input.rest();
        stop();
        wire.upgraded(response, handler, rest);
    }

    void refuse(PendingUpgrade upgrade, int status, String text) {
        if (deciding == upgrade) {
            leave();
            wire.restartDeadline();
            refuse(upgrade.head(), status, text);
            readOn();
            chargeUnlessEnded();
        }
    }

    private void leave() {
        deciding = null;
        wire.shard().room().leaveFrom(wire);
    }

    // ---- what goes out

    /** The request was read and understood; the next may come. */
    private void refuse(RequestHead request, int status, String text) {
        wire.shard().counters.refused++;
        respond(encode(Refusal.of(status, text), request.persistence(), request));
    }

    private void refuseLast(int status, String text) {
        wire.shard().counters.refused++;
        respond(encode(Refusal.of(status, text), Persistence.CLOSE, head));
    }

    /** Refuses a request of which more may be on its way. */
    private void refuseMalformed(HttpException e) {
        switch (e.status()) {
            case 413 -> exceeded(Limit.HTTP_BODY_BYTES_MAX);
            case 414 -> exceeded(Limit.HEAD_BYTES_MAX);
            case 431 -> {
                boolean many = RequestHead.TOO_MANY_HEADERS.equals(e.getMessage());
                exceeded(many ? Limit.HEADERS_MAX : Limit.HEAD_BYTES_MAX);
            }
            default -> {}
        }
        wire.shard().counters.refused++;
        HttpAnswer answer = Refusal.of(e.status(), String.valueOf(e.getMessage()));
        byte[] response = encode(answer, Persistence.CLOSE, head).bytes();
        stop();
        wire.transmit(response);
        wire.finishHttp();
    }

    private Response encode(HttpAnswer answer, Persistence wanted, @Nullable RequestHead request) {
        boolean closes = last || ResponseEncoder.closes(answer.headers());
        Persistence persistence = closes ? Persistence.CLOSE : wanted;
        boolean headOnly = request != null && request.method().equals("HEAD");
        try {
            byte[] bytes =
                    ResponseEncoder.encode(
                            answer.status(),
                            answer.headers(),
                            answer.body(),
                            persistence,
                            headOnly);
            return new Response(bytes, persistence == Persistence.CLOSE);
        } catch (IllegalArgumentException fault) {
            UNSENDABLE.tell(fault);
            return encode(Refusal.INTERNAL_ERROR, persistence, request);
        }
    }

    private void respond(Response response) {
        served = true;
        wire.transmit(response.bytes());
        if (response.last() || last) {
            end();
        }
    }

    // ---- the end

    /** Whether no request is being answered and no byte of the next one has come. */
    private boolean isIdle() {
        return !isBusy() && head == null && input.isBlank();
    }

    private boolean isBusy() {
        return answering || deciding != null;
    }

    /** The client sends no more: whether an answer is under way, after which the session ends. */
    boolean endsAfterAnswer() {
        inputEnded = true;
        return answering;
    }

    /** The time for a request, or until the next one, is over. */
    void timeIsOver() {
        if (answering || ended) {
            return; // the application may take its time
        }
        if (served && isIdle()) {
            end();
            return;
        }
        exceeded(Limit.HANDSHAKE_MILLIS);
        if (deciding != null) {
            leave();
        }
        refuseLast(408, "request too slow");
    }

    /** Ends it, after the answer that is under way if there is one. */
    void endSoon(String reason) {
        if (answering) {
            last = true;
        } else if (deciding != null) {
            leave();
            refuseLast(503, reason);
        } else if (!served) {
            stop();
            wire.abort();
        } else if (!ended) {
            end();
        }
    }

    private void end() {
        if (!ended) {
            stop();
            wire.finishHttp();
        }
    }

    /** The connection is gone. */
    void closed() {
        stop();
        if (deciding != null) {
            leave();
        }
    }

    private int bound(Limit limit) {
        return wire.limits().of(limit);
    }

    private void exceeded(Limit limit) {
        wire.shard().limitCounters().of(limit).exceeded(wire.peer());
    }
}
