package dev.myriad.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import kotlin.Unit;
import org.phoenixframework.Channel;
import org.phoenixframework.Defaults;
import org.phoenixframework.Message;

/** What JavaPhoenixClient has to find in a server. Confined to one thread. */
final class ClientChecks {
    private static final Map<String, Object> EMPTY = Map.of();

    private final Report report;
    private final MyriadServer server;

    ClientChecks(Report report, MyriadServer server) {
        this.report = report;
        this.server = server;
    }

    void run() {
        report.check("a push is answered ok, with its own payload", this::pushOk);
        report.check("a push is answered error, with the reason", this::pushError);
        report.check("a push that the server does not answer times out", this::pushTimeout);
        report.check("a join is refused by the channel, and by the lack of one", this::refused);
        report.check("what cuts at commas reads commas, quotes and brackets", this::punctuation);
        report.check("a broadcast reaches both clients, its sender among them", this::broadcast);
        report.check("one publisher's broadcasts arrive complete and in order", this::order);
        report.check("a chat tells the others who came, spoke and left", this::chat);
        report.check("after leaving, no broadcast arrives, and it can join again", this::leave);
        report.check("a channel that crashed is joined again by itself", this::crash);
        report.check("heartbeats are answered and keep the socket open", this::heartbeats);
        report.check("it rejoins by itself after the server was killed", this::killed);
        report.check("it rejoins by itself after the server stopped politely", this::stopped);
    }

    private void pushOk() throws Exception {
        try (Client client = connect()) {
            Client.Joined joined = client.join("bench:echo", EMPTY);
            same(new Client.Outcome("ok", EMPTY), joined.outcome());
            Map<String, Object> payload =
                    Map.of("text", "grüße 👋", "n", 7.5, "list", List.of(true, Map.of("a", "b")));
            same(new Client.Outcome("ok", payload), Client.push(joined.channel(), "echo", payload));
        }
    }

    private void pushError() throws Exception {
        try (Client client = connect()) {
            Channel channel = client.join("room:errors", Map.of("name", "Ada")).channel();
            Client.Outcome outcome = Client.push(channel, "message", Map.of("text", ""));
            same("error", outcome.status());
            same("a message has 1 to 2000 characters", outcome.response().get("reason"));
        }
    }

    private void pushTimeout() throws Exception {
        try (Client client = connect()) {
            Channel channel = client.join("bench:timeout", EMPTY).channel();
            same("timeout", Client.outcome(channel.push("shout", EMPTY, 150)).status());
        }
    }

    private void refused() throws Exception {
        try (Client client = connect()) {
            same("error", client.join("room:refused", EMPTY).outcome().status());
            same(
                    new Client.Outcome("error", Map.of("reason", "unmatched topic")),
                    client.join("nothing:here", EMPTY).outcome());
        }
    }

    private void punctuation() throws Exception {
        try (Client client = connect()) {
            Channel channel = client.join("bench:a/b c;[d]{e}", EMPTY).channel();
            Map<String, Object> payload = Map.of("a,b\"],[", "\\\",]}[{\n\t,null,");
            BlockingQueue<Message> heard = Client.messages(channel, "msg");
            same(new Client.Outcome("ok", payload), Client.push(channel, "echo", payload));
            same("ok", Client.push(channel, "pub", payload).status());
            same(payload, heard.take().getPayload());
        }
    }

    private void broadcast() throws Exception {
        try (Client one = connect();
                Client two = connect()) {
            Channel from = one.join("bench:both", EMPTY).channel();
            Channel to = two.join("bench:both", EMPTY).channel();
            BlockingQueue<Message> own = Client.messages(from, "msg");
            BlockingQueue<Message> heard = Client.messages(to, "msg");
            same("ok", Client.push(from, "pub", Map.of("n", 7.0)).status());
            same(Map.of("n", 7.0), own.take().getPayload());
            same(Map.of("n", 7.0), heard.take().getPayload());
        }
    }

    private void order() throws Exception {
        int count = 500;
        try (Client one = connect();
                Client two = connect()) {
            Channel from = one.join("bench:order", EMPTY).channel();
            Channel to = two.join("bench:order", EMPTY).channel();
            BlockingQueue<Message> heard = Client.messages(to, "msg");
            List<Object> sent = new ArrayList<>();
            List<Object> seen = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                sent.add((double) n);
                from.push("shout", Map.of("n", (double) n), Defaults.TIMEOUT);
            }
            while (seen.size() < count) {
                seen.add(heard.take().getPayload().get("n"));
            }
            same(sent, seen);
        }
    }

    private void chat() throws Exception {
        try (Client one = connect();
                Client two = connect()) {
            Channel ada = one.join("room:chat", Map.of("name", "Ada")).channel();
            BlockingQueue<Message> came = Client.messages(ada, "joined");
            BlockingQueue<Message> said = Client.messages(ada, "message");
            BlockingQueue<Message> left = Client.messages(ada, "left");
            Channel bob = two.join("room:chat", Map.of("name", "Bob")).channel();
            BlockingQueue<Message> own = Client.messages(bob, "joined");
            same("Bob", came.take().getPayload().get("name"));
            same("ok", Client.push(bob, "message", Map.of("text", "hello")).status());
            Map<String, Object> message = said.take().getPayload();
            same("Bob: hello", message.get("name") + ": " + message.get("text"));
            bob.leave(Defaults.TIMEOUT);
            same("Bob", left.take().getPayload().get("name"));
            same(0L, own.stream().filter(each -> isOf("Bob", each)).count()); // maybe Ada's
        }
    }

    private static boolean isOf(String name, Message message) {
        return name.equals(message.getPayload().get("name"));
    }

    private void leave() throws Exception {
        try (Client one = connect();
                Client two = connect()) {
            Channel first = one.join("bench:leave", EMPTY).channel();
            BlockingQueue<Message> early = Client.messages(first, "msg");
            BlockingQueue<Message> closed = Client.messages(first, "phx_close");
            same("ok", Client.outcome(first.leave(Defaults.TIMEOUT)).status());
            closed.take();
            Channel other = two.join("bench:leave", EMPTY).channel();
            same("ok", Client.push(other, "pub", EMPTY).status());
            Channel again = one.join("bench:leave", EMPTY).channel();
            BlockingQueue<Message> late = Client.messages(again, "msg");
            same("ok", Client.push(other, "pub", Map.of("again", true)).status());
            same(Map.of("again", true), late.take().getPayload());
            same(0, early.size());
        }
    }

    private void crash() throws Exception {
        try (Client client = connect()) {
            Client.Joined joined = client.join("room:crash", Map.of("name", "Ada"));
            Channel channel = joined.channel();
            BlockingQueue<Message> errors = Client.messages(channel, "phx_error");
            channel.push("message", Map.of("text", List.of()), Defaults.TIMEOUT);
            errors.take();
            joined.rejoins().take();
            same("ok", Client.push(channel, "message", Map.of("text", "back")).status());
        }
    }

    private void heartbeats() throws Exception {
        CountDownLatch answers = new CountDownLatch(5);
        try (Client client = new Client(Client.socket(server.url()))) {
            client.socket.setHeartbeatIntervalMs(200);
            client.socket.onMessage(
                    message -> {
                        if (message.getTopic().equals("phoenix")) {
                            answers.countDown();
                        }
                        return Unit.INSTANCE;
                    });
            client.connect();
            answers.await();
            same(true, client.socket.isConnected());
        }
    }

    private void killed() throws Exception {
        restarted(server::kill);
    }

    private void stopped() throws Exception {
        restarted(() -> same(0, server.stop()));
    }

    private void restarted(Report.Check stop) throws Exception {
        try (Client client = connect()) {
            Client.Joined joined = client.join("bench:restart", EMPTY);
            stop.run();
            server.start();
            joined.rejoins().take();
            same(
                    new Client.Outcome("ok", Map.of("back", true)),
                    Client.push(joined.channel(), "echo", Map.of("back", true)));
        }
    }

    private Client connect() throws InterruptedException {
        return Client.connect(server.url());
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
