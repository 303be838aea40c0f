package dev.myriad.channels;

import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Upgrade;
import dev.myriad.net.engine.OnceASecond;
import dev.myriad.process.Process;
import dev.myriad.protocol.RequestHead;
import dev.myriad.protocol.Serializer;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Lets clients in: finds the socket by path and the serializer by {@code vsn}, checks the origin,
 * and asks the user's {@link Connect}. Thread-safe.
 */
final class Gate implements Application {
    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
    private static final String OVERLOADED = "overloaded";
    private static final int LOGGED_CHARS_MAX = 200;

    private final Mounts mounts;
    private final Function<HttpQuestion, HttpAnswer> http;
    private final Admission admission;
    private final OnceASecond warnings = new OnceASecond();

    /**
     * @param mounts by the path of the upgrade request
     */
    Gate(Map<String, Mount> mounts, Function<HttpQuestion, HttpAnswer> http, Admission admission) {
        this.admission = admission;
        this.mounts = new Mounts(mounts.values());
        this.http = http;
        mounts.forEach(
                (path, mount) -> {
                    if (mount.originCheck() instanceof OriginCheck.Off) {
                        LOG.log(
                                Level.WARNING,
                                "{0} does not check origins: any web page may connect to it with"
                                        + " the cookies of its visitor",
                                path);
                    }
                });
    }

    /** The sockets, by path. */
    Mounts mounts() {
        return mounts;
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        Mount mount = mounts.find(request).orElse(null);
        if (mount == null) {
            upgrade.refuse(404, "no socket at this path");
        } else if (!admission.admitsConnect(upgrade.peer())) {
            upgrade.refuse(503, OVERLOADED);
        } else if (mount.asksToConnect()) {
            Process.spawn(new Connecting(this, mount, request, upgrade));
        } else {
            answer(mount, request, upgrade);
        }
    }

    void answer(Mount mount, RequestHead request, Upgrade upgrade) {
        try {
            Serializer serializer =
                    Serializer.forVersion(request.query("vsn").orElse(null), mount.serializers())
                            .orElse(null);
            if (serializer == null) {
                upgrade.refuse(403, "no serializer for this vsn");
                return;
            }
            if (!mount.originCheck().allows(request)) {
                warnOfOrigin(request);
                upgrade.refuse(403, "this origin may not connect");
                return;
            }
            switch (ask(mount, request, upgrade)) {
                case ConnectResult.Ok accepted when accepted.isExpired() ->
                        upgrade.refuse(403, "token expired");
                case ConnectResult.Ok accepted ->
                        accept(request, upgrade, SocketHandler.of(mount, serializer, accepted));
                case ConnectResult.Refused(String reason) -> upgrade.refuse(403, reason);
            }
        } catch (Throwable crash) {
            LOG.log(Level.ERROR, "connect crashed for " + request.path(), crash);
            upgrade.refuse(500, "internal error");
        }
    }

    private static ConnectResult ask(Mount mount, RequestHead request, Upgrade upgrade)
            throws Exception {
        return mount.connect().isEmpty()
                ? ConnectResult.ok()
                : Objects.requireNonNull(
                        mount.connect()
                                .get()
                                .connect(
                                        mount.front().parameters(request),
                                        mount.front().info(request, upgrade.peer())));
    }

    /** Once a second at most: whoever sends many wrong origins shall not fill the disk. */
    private void warnOfOrigin(RequestHead request) {
        if (warnings.isDue()) {
            String origins = String.join(", ", request.headers("origin"));
            LOG.log(
                    Level.WARNING,
                    "a page of origin {0} may not connect to {1} of host {2}: if it should, name"
                            + " its origin in checkOrigin",
                    shortened(origins),
                    shortened(request.path()),
                    shortened(request.header("host").orElse("")));
        }
    }

    private static String shortened(String text) {
        return text.length() <= LOGGED_CHARS_MAX
                ? text
                : text.substring(0, LOGGED_CHARS_MAX) + "...";
    }

    private static void accept(RequestHead request, Upgrade upgrade, SocketHandler handler) {
        upgrade.accept(handler, Subprotocols.answer(request));
    }

    @Override
    public HttpAnswer http(HttpQuestion question) {
        return http.apply(question);
    }
}
