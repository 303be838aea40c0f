package dev.myriad.testkit;

import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectInfo;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.log.Log;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A program whose standard error is full before it begins to serve: an endpoint whose callbacks
 * throw if they are asked to. It ends when its standard input does.
 */
final class StuckLogServer {
    private StuckLogServer() {}

    static void main(String[] arguments) throws IOException {
        Endpoint endpoint =
                Endpoint.builder()
                        .shards(1)
                        .transport(Transports.Kind.valueOf(arguments[0]))
                        .drain(Drain.atOnce(200))
                        .http(StuckLogServer::answer)
                        .socket(
                                "/socket",
                                socket ->
                                        socket.longPoll()
                                                .connect(StuckLogServer::connect)
                                                .channel("room:*", Room::new))
                        .start();
        Thread.ofPlatform().daemon().start(StuckLogServer::fillStandardError);
        IO.println(endpoint.address().getPort());
        while (System.in.read() >= 0) {
            // Not yet.
        }
        // Somebody reads now: at the end of a JVM its own logging ends, too.
        boolean flushed = Log.flush(Duration.ofSeconds(20));
        endpoint.close();
        System.exit(flushed ? 0 : 1);
    }

    private static void fillStandardError() {
        byte[] line = ("x".repeat(127) + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        FileOutputStream out = new FileOutputStream(FileDescriptor.err); // others close it
        try {
            for (int i = 0; i < 2_000; i++) {
                out.write(line);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpAnswer answer(HttpQuestion question) {
        if (question.path().equals("/dropped")) {
            return HttpAnswer.text(200, Long.toString(Log.dropped()));
        }
        throw new IllegalStateException("no page\nFORGED " + question.path());
    }

    private static ConnectResult connect(Map<String, String> parameters, ConnectInfo info) {
        String planted = parameters.get("throw");
        if (planted != null) {
            throw new IllegalArgumentException(planted);
        }
        return ConnectResult.ok();
    }

    private static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            if (event.startsWith("crash")) {
                throw new IllegalStateException("planted\n" + event);
            }
            return Result.ok(payload);
        }
    }
}
