import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectInfo;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells each client the address that it is taken to have: a proxy of this machine is believed.
 * Called by one process at a time. Run as it is: {@code java -cp '.myriad/lib/*' Callers.java
 * TRANSPORT PORT}.
 */
final class Callers extends Channel {
    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok(Map.of("address", assigns().get("address")));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.noReply();
    }

    private static ConnectResult connect(Map<String, String> params, ConnectInfo info) {
        return ConnectResult.ok(Map.of("address", text(info.peer())));
    }

    private static String text(InetSocketAddress peer) {
        return peer.getAddress().getHostAddress();
    }

    static void main(String[] arguments) throws InterruptedException {
        Transports.Kind kind = Transports.Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Endpoint endpoint =
                Endpoint.builder()
                        .port(Integer.parseInt(arguments[1]))
                        .transport(kind)
                        .trustedProxies(List.of("127.0.0.1"))
                        .socket(
                                "/socket",
                                socket ->
                                        socket.longPoll()
                                                .connect(Callers::connect)
                                                .channel("address", Callers::new))
                        .http(question -> HttpAnswer.text(200, text(question.peer())))
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Callers listens on " + endpoint.address());
        Thread.currentThread().join();
    }
}
