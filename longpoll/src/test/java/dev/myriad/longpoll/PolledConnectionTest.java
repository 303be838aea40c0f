package dev.myriad.longpoll;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionConformance;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections of clients that poll, beside each kind of network. */
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
final class PolledConnectionTest extends ConnectionConformance {
    private static final LongPollRoute ROUTE =
            new LongPollRoute("/peer/longpoll", new LongPollOptions(Duration.ofSeconds(2)));

    private final Transports.Kind kind;

    PolledConnectionTest(Transports.Kind kind) {
        this.kind = kind;
    }

    @Override
    protected Transport start(Limits limits, Application application) {
        return start(kind, limits, application);
    }

    static LongPollTransport start(Transports.Kind kind, Limits limits, Application application) {
        NetConfig config = new NetConfig("127.0.0.1", 0, 2, limits);
        try {
            return LongPollTransport.start(
                    request ->
                            Optional.of(ROUTE).filter(route -> route.path().equals(request.path())),
                    limits,
                    config.memory(),
                    application,
                    inner -> Transports.start(kind, config, inner));
        } catch (NetException e) {
            assumeTrue(kind != Transports.Kind.URING, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    protected Client connect(Transport transport, String id) {
        return PollingClient.open(transport, "/peer/longpoll?id=" + id);
    }
}
