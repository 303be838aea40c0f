package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.Budget;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Upgrade;
import dev.myriad.process.Process;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.Serializer;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets clients in: finds the socket by path and the serializer by {@code vsn}, checks the origin,
 * and asks the user's {@link Connect}. Thread-safe.
 */
final class Gate implements Application {
    private static final Log LOG = Log.of(Endpoint.class);
    private static final Line ANY_ORIGIN =
            LOG.warning(
                            "{} does not check origins: any web page may connect to it with the"
                                    + " cookies of its visitor")
                    .eachTime();
    private static final Line CRASHED = LOG.error("connect crashed for {}");
    private static final String OVERLOADED = "overloaded";

    private final Mounts mounts;
    private final Function<HttpQuestion, HttpAnswer> http;
    private final Admission admission;
    private final Mistakes mistakes;
    private final Budget mail;

    Gate(
            Mounts mounts,
            Function<HttpQuestion, HttpAnswer> http,
            Admission admission,
            Mistakes mistakes,
            Budget mail) {
        this.mounts = mounts;
        this.http = http;
        this.admission = admission;
        this.mistakes = mistakes;
        this.mail = mail;
        for (Mount mount : mounts.all()) {
            if (mount.originCheck() instanceof OriginCheck.Off) {
                ANY_ORIGIN.tell(mount.front().path());
            }
        }
    }

    /** The sockets, by path. */
    Mounts mounts() {
        return mounts;
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        Mount mount = mounts.find(request).orElse(null);
        if (mount == null) {
            InetSocketAddress peer = upgrade.peer(); // now: the line is made when it may be gone
            mistakes.made(
                    Mistake.NO_SOCKET,
                    () ->
                            "%s asked for a WebSocket at %s, where none is: there are %s"
                                    .formatted(peer, Mistakes.shown(request.path()), mounts));
            upgrade.refuse(404, "no socket at this path");
        } else if (!admission.admitsConnect(upgrade.peer())) {
            upgrade.refuse(503, OVERLOADED);
        } else if (mount.asksToConnect()) {
            connect(new Connecting(this, mount, request, upgrade));
        } else {
            answer(mount, request, upgrade);
        }
    }

    private void connect(Connecting connecting) {
        if (mail.move(0, connecting.bytes())) {
            Process.spawn(connecting);
        } else {
            admission.exceeded(Limit.MAIL_MEMORY_PERCENT, connecting.upgrade().peer());
            connecting.upgrade().refuse(503, OVERLOADED);
        }
    }

    /** A client that wanted in has been answered. */
    void connected(Connecting connecting) {
        boolean _ = mail.move(connecting.bytes(), 0);
    }

    void answer(Mount mount, RequestHead request, Upgrade upgrade) {
        try {
            Serializer serializer =
                    Serializer.forVersion(request.query("vsn").orElse(null), mount.serializers())
                            .orElse(null);
            if (serializer == null) {
                refuse(mount, upgrade, "no serializer for this vsn");
                return;
            }
            if (!mount.originCheck().allows(request)) {
                tellOfOrigin(request);
                upgrade.refuse(403, "this origin may not connect");
                return;
            }
            ConnectInfo info = mount.front().info(request, upgrade.peer(), mount.clock().instant());
            switch (mount.ask(mount.front().parameters(request), info)) {
                case ConnectResult.Ok accepted when accepted.isExpired(mount.clock().instant()) ->
                        refuse(mount, upgrade, "token expired");
                case ConnectResult.Ok accepted ->
                        accept(request, upgrade, SocketHandler.of(mount, serializer, accepted));
                case ConnectResult.Refused(String reason) -> refuse(mount, upgrade, reason);
            }
        } catch (Throwable crash) {
            CRASHED.tell(crash, request.path());
            upgrade.refuse(500, "internal error");
        }
    }

    private void refuse(Mount mount, Upgrade upgrade, String reason) {
        InetSocketAddress peer = upgrade.peer(); // as above
        mistakes.made(
                Mistake.CONNECT_REFUSED,
                () ->
                        "%s may not connect to %s: %s"
                                .formatted(peer, mount.front().path(), Mistakes.shown(reason)));
        upgrade.refuse(403, reason);
    }

    private void tellOfOrigin(RequestHead request) {
        mistakes.made(
                Mistake.ORIGIN_REFUSED,
                () ->
                        "a page of origin %s may not connect to %s of host %s: if it should, name its origin in checkOrigin"
                                .formatted(
                                        Mistakes.shown(
                                                String.join(", ", request.headers("origin"))),
                                        Mistakes.shown(request.path()),
                                        Mistakes.shown(request.header("host").orElse(""))));
    }

    private static void accept(RequestHead request, Upgrade upgrade, SocketHandler handler) {
        upgrade.accept(handler, Subprotocols.answer(request));
    }

    @Override
    public boolean upgrades(RequestHead request) {
        return mounts.find(request).isPresent();
    }

    /**
     * Asks the program's own function, but tells whoever opens a socket's address in a browser what
     * is there.
     */
    @Override
    public HttpAnswer http(HttpQuestion question) {
        boolean reads = question.method().equals("GET") || question.method().equals("HEAD");
        Optional<Mount> socket = reads ? mounts.find(question.head()) : Optional.empty();
        if (socket.isPresent()) {
            return HttpAnswer.text(
                            426,
                            "This is the address of a WebSocket. Clients of Phoenix Channels open"
                                    + " it, such as phoenix.js with new Socket(\""
                                    + socket.get().front().path()
                                    + "\").\n")
                    .with("upgrade", "websocket")
                    .with("connection", "upgrade");
        }
        HttpAnswer answer = http.apply(question);
        if (answer == null) { // a program that is not null-checked
            mistakes.made(
                    Mistake.NULL_RETURNED,
                    () ->
                            "http returned null for %s %s: return HttpAnswer.text(404, ...)"
                                    .formatted(
                                            Mistakes.shown(question.method()),
                                            Mistakes.shown(question.path())));
            return HttpAnswer.text(500, "internal error\n");
        }
        return answer;
    }
}
