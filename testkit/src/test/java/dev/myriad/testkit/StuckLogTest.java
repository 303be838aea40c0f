package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Transports;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Standard error is a pipe that nobody reads, and clients do all that is logged: their neighbours
 * notice nothing. When somebody reads it again, it has few lines, each one line, with right counts.
 */
@Timeout(120)
class StuckLogTest {
    private static final Duration NEIGHBOUR_P99_MAX = Duration.ofMillis(100);

    /** What a topic, an event or a message has to contain to write a line of its own. */
    private static final String FORGERY = "\\nFORGED\\r\\u001b[2J\\u2028\\u202e\\u0085";

    private static final String FORGED_QUERY = "a%0AFORGED%1B%5B2J%E2%80%A8%C2%85";

    private static final Pattern OWED = Pattern.compile("LOG \\w+ (\\d+) more like it: ");

    private final HttpClient http = HttpClient.newHttpClient();

    private static Process start(Transports.Kind kind) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseCompactObjectHeaders",
                        "-Dstderr.encoding=UTF-8",
                        "-Djava.util.logging.SimpleFormatter.format=LOG %4$s %5$s%6$s%n",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StuckLogServer.class.getName(),
                        kind.name())
                .start();
    }

    /** The pipe takes no more: what it holds does not grow. */
    private static void awaitFull(Process server) {
        AtomicInteger before = new AtomicInteger(-1);
        await().until(
                        () -> {
                            int now = server.getErrorStream().available();
                            return now > 0 && now == before.getAndSet(now);
                        });
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void nobodyWaitsForALogThatNobodyReads(Transports.Kind kind) throws Exception {
        Process server = start(kind);
        try {
            BufferedReader out = server.inputReader();
            String port = out.readLine();
            Assumptions.assumeTrue(port != null, () -> "no " + kind + " here");
            awaitFull(server);
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
            long start = System.nanoTime();
            int crashes = 0;
            try (Neighbour neighbour = new Neighbour(address)) {
                Poll poll = new Poll(address);
                while (dropped(address) == 0) {
                    for (int i = 0; i < 20; i++) {
                        attack(address);
                        crashes += 3;
                    }
                    poll.echo();
                }
                int answered = neighbour.answered();
                await().until(() -> neighbour.answered() > answered + 20);
                assertThat(neighbour.leave()).isLessThan(NEIGHBOUR_P99_MAX);
            }
            server.getOutputStream().close();
            List<String> lines = server.errorReader(UTF_8).readAllLines();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).as("flushed").isZero();
            long seconds = (System.nanoTime() - start) / 1_000_000_000 + 1;
            assertLines(lines, seconds, crashes);
        } finally {
            server.destroyForcibly();
        }
    }

    private static void assertLines(List<String> lines, long seconds, int crashes) {
        assertThat(lines)
                .allSatisfy(
                        line ->
                                assertThat(line)
                                        .doesNotStartWith("FORGED")
                                        .doesNotContainPattern(
                                                "[\\p{Cntrl}\\u0080-\\u009f&&[^\\t]]")
                                        .doesNotContainPattern("[\\u2028\\u2029\\u202a-\\u202e]"));
        List<String> told = lines.stream().filter(line -> line.startsWith("LOG ")).toList();
        assertThat(told)
                .anyMatch(line -> line.contains("crashed on"))
                .anyMatch(line -> line.contains("connect crashed for"))
                .anyMatch(line -> line.contains("no answer to GET /page"))
                .anyMatch(line -> line.contains("originRefused"))
                .anyMatch(line -> line.contains("unmatchedTopic"))
                .anyMatch(line -> line.contains("unreadableMessage"))
                .hasSizeLessThan((int) (20 * (seconds + 2)));
        long counted =
                told.stream()
                        .filter(line -> line.contains("crashed on"))
                        .mapToLong(StuckLogTest::times)
                        .sum();
        assertThat(counted).isEqualTo(crashes);
    }

    /** How many times something happened, by a line. */
    private static long times(String line) {
        Matcher owed = OWED.matcher(line);
        if (owed.lookingAt()) {
            return Long.parseLong(owed.group(1));
        }
        int end = line.lastIndexOf(" more like it)");
        return end < 0
                ? 1
                : 1 + Long.parseLong(line.substring(line.lastIndexOf('(', end) + 1, end));
    }

    // ---- what is logged

    private void attack(InetSocketAddress address) throws Exception {
        crash(address);
        try (RawClient client = RawClient.open(address)) {
            client.text("[\"1\",\"1\",\"x" + FORGERY + "\",\"phx_join\",{}]");
            assertThat(client.next()).contains("unmatched topic");
            client.text("no JSON");
            assertThat(client.end()).isEqualTo(RawClient.closedWith(1011));
        }
        assertThat(answerTo(address, upgrade("vsn=2.0.0", "Origin: http://evil.example\r\n")))
                .startsWith("HTTP/1.1 403 ");
        assertThat(answerTo(address, upgrade("throw=" + FORGED_QUERY, "")))
                .startsWith("HTTP/1.1 500 ");
        assertThat(answerTo(address, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ");
        String body = "x".repeat(100);
        assertThat(
                        answerTo(
                                address,
                                "POST /dropped HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n"
                                        + "Content-Length: 100\r\n\r\n"
                                        + body))
                .startsWith("HTTP/1.1 417 ");
        Poll poll = new Poll(address);
        poll.crash();
        poll.say("no JSON");
        assertThat(poll.get("throw=" + FORGED_QUERY)).contains("500");
    }

    private static void crash(InetSocketAddress address) {
        try (RawClient client = RawClient.open(address)) {
            for (int ref = 1; ref <= 2; ref++) {
                String start = "[\"" + ref + "\",\"" + ref + "\",\"room:" + FORGERY + "\",";
                client.text(start + "\"phx_join\",{}]");
                assertThat(client.next()).contains("\"ok\"");
                client.text(start + "\"crash" + FORGERY + "\",{}]");
                assertThat(client.next()).contains("phx_error");
            }
        }
    }

    private static String upgrade(String query, String header) {
        return "GET /socket/websocket?"
                + query
                + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + header
                + "\r\n";
    }

    private static String answerTo(InetSocketAddress address, String request) {
        try (RawClient client = RawClient.connect(address)) {
            client.write(request.getBytes(UTF_8));
            return client.readHead();
        }
    }

    private long dropped(InetSocketAddress address) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/dropped");
        return Long.parseLong(
                http.send(
                                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    /** A client that polls. */
    private final class Poll {
        private final String base;
        private final String token;
        private int ref = 1;

        Poll(InetSocketAddress address) throws Exception {
            base = "http://127.0.0.1:" + address.getPort() + "/socket/longpoll?vsn=2.0.0&";
            String opened = get("");
            int from = opened.indexOf("\"token\":\"") + 9;
            token = opened.substring(from, opened.indexOf('"', from));
            say("[\"1\",\"1\",\"room:polled\",\"phx_join\",{}]");
            assertThat(get("token=" + token)).contains("ok");
        }

        void echo() throws Exception {
            say("[\"1\",\"%d\",\"room:polled\",\"echo\",{}]".formatted(++ref));
            assertThat(get("token=" + token)).contains("ok");
        }

        void crash() throws Exception {
            say("[\"1\",\"%d\",\"room:polled\",\"crash%s\",{}]".formatted(++ref, FORGERY));
            assertThat(get("token=" + token)).contains("phx_error");
        }

        void say(String message) throws Exception {
            URI uri = URI.create(base + "token=" + token);
            HttpRequest request =
                    HttpRequest.newBuilder(uri)
                            .timeout(Duration.ofSeconds(20))
                            .POST(HttpRequest.BodyPublishers.ofString(message))
                            .build();
            var _ = http.send(request, HttpResponse.BodyHandlers.ofString());
        }

        String get(String query) throws Exception {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(base + query))
                            .timeout(Duration.ofSeconds(20))
                            .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + answer.body();
        }
    }
}
