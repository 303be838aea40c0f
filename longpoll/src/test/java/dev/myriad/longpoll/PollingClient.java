package dev.myriad.longpoll;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.net.ConnectionConformance;
import dev.myriad.net.TestClient;
import dev.myriad.net.Transport;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that polls, byte by byte: all its requests go over one TCP connection. Confined to the
 * test's thread.
 */
final class PollingClient implements ConnectionConformance.Client {
    /** The body of a response. */
    record Body(int status, @Nullable String token, @Nullable List<String> messages) {}

    private final TestClient http;
    private final String target;
    private final Queue<String> received = new ArrayDeque<>();
    String token = "";

    /** It was told so in answer to what it sent; one more poll would open a new session. */
    private boolean over;

    private PollingClient(TestClient http, String target) {
        this.http = http;
        this.target = target;
    }

    /** One that has no session yet. */
    static PollingClient connect(Transport transport, String target) {
        return new PollingClient(TestClient.connect(transport.address()), target);
    }

    /** One that has been let in. */
    static PollingClient open(Transport transport, String target) {
        PollingClient client = connect(transport, target);
        Body body = client.poll();
        if (body.status() != 410 || body.token() == null) {
            throw new AssertionError("no session but " + body);
        }
        client.token = body.token();
        return client;
    }

    Body poll() {
        return body(request("GET", "", new byte[0]));
    }

    /** Sends one message, or with a content type what it says. */
    int post(String headers, byte[] body) {
        return body(request("POST", headers, body)).status();
    }

    TestClient.Response request(String method, String headers, byte[] body) {
        String head =
                method
                        + " "
                        + target
                        + " HTTP/1.1\r\nhost: x\r\n"
                        + headers
                        + "x-phoenix-longpoll-token: "
                        + token
                        + "\r\n"
                        + "content-length: "
                        + body.length
                        + "\r\n\r\n";
        return exchange(head + new String(body, ISO_8859_1));
    }

    /** Sends bytes and reads the answer. */
    TestClient.Response exchange(String bytes) {
        http.write(bytes);
        return http.readResponse(false);
    }

    static Body body(TestClient.Response response) {
        if (response.status() != 200) {
            throw new AssertionError("not an answer but " + response);
        }
        return JsonMapper.shared().readValue(response.body(), Body.class);
    }

    @Override
    public void text(byte[] bytes) {
        over |= post("", bytes) == 410;
    }

    @Override
    public void binary(byte[] bytes) {
        byte[] line = Base64.getEncoder().encode(bytes);
        over |= post("content-type: application/x-ndjson\r\n", line) == 410;
    }

    @Override
    public String nextText() {
        while (received.isEmpty()) {
            Body body = poll();
            if (body.status() != 200 && body.status() != 204) {
                throw new AssertionError("no message but " + body);
            }
            if (body.messages() != null) {
                received.addAll(body.messages());
            }
        }
        return received.remove();
    }

    @Override
    public void awaitEnd() {
        while (!over) {
            int status = poll().status();
            over = status != 200 && status != 204;
        }
    }

    @Override
    public void vanish() {
        http.reset();
    }

    @Override
    public void close() {
        http.close();
    }
}
