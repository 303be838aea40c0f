package dev.myriad.compat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import kotlin.Unit;
import org.phoenixframework.Channel;
import org.phoenixframework.Defaults;
import org.phoenixframework.Presence;

/**
 * What JavaPhoenixClient's presence has to find in a server, which is Remembering.java, a user's
 * program. Confined to one thread.
 */
final class PresenceChecks {
    private static final long WAIT_MILLIS = 20_000;

    private final Report report;
    private final MyriadServer server;

    PresenceChecks(Report report, MyriadServer server) {
        this.report = report;
        this.server = server;
    }

    void run() {
        report.check("presence: who joins, changes and leaves is told, once each", this::life);
        report.check("presence: a crash and a lost connection end it", this::ends);
        report.check("presence: one key has a meta for each channel", this::metas);
    }

    /** One who watches a topic, with what presence told. */
    private record Watcher(
            Client client, Channel channel, Presence presence, BlockingQueue<String> told)
            implements AutoCloseable {
        void push(String event, String name, String mood) throws Exception {
            Map<String, Object> payload = Map.of("name", name, "mood", mood);
            same("ok", Client.push(channel, event, payload).status());
        }

        /** The moods of each name. */
        Map<String, List<Object>> moods() {
            Map<String, List<Object>> moods = new TreeMap<>();
            presence.getState()
                    .forEach((key, value) -> moods.put(key, moods(value.get("metas"))));
            return moods;
        }

        static List<Object> moods(List<? extends Map<String, ?>> metas) {
            return metas.stream().<Object>map(meta -> meta.get("mood")).toList();
        }

        void sees(Map<String, List<Object>> wanted) throws InterruptedException {
            until(() -> moods().equals(wanted), wanted + ", found is " + moods());
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private Watcher watch(String topic) throws Exception {
        Client client = Client.connect(server.url());
        Channel channel = client.socket.channel(topic, Map.of());
        Presence presence = new Presence(channel, Presence.Options.Companion.getDefaults());
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        BlockingQueue<String> synced = new LinkedBlockingQueue<>();
        presence.onJoin(
                (key, _, come) -> {
                    told.add("join " + key + Watcher.moods(come.get("metas")));
                    return Unit.INSTANCE;
                });
        presence.onLeave(
                (key, _, gone) -> {
                    told.add("leave " + key + Watcher.moods(gone.get("metas")));
                    return Unit.INSTANCE;
                });
        presence.onSync(
                () -> {
                    synced.add("sync");
                    return Unit.INSTANCE;
                });
        channel.join(Defaults.TIMEOUT);
        synced.take();
        return new Watcher(client, channel, presence, told);
    }

    private void life() throws Exception {
        try (Watcher ada = watch("here:life");
                Watcher bob = watch("here:life")) {
            ada.push("here", "ada", "glad");
            same("join ada[glad]", ada.told.take());
            same("join ada[glad]", bob.told.take());
            bob.push("here", "bob", "shy");
            same("join bob[shy]", ada.told.take());
            bob.push("now", "bob", "bold");
            same("join bob[bold]", ada.told.take());
            same("leave bob[shy]", ada.told.take());
            ada.sees(Map.of("ada", List.of("glad"), "bob", List.of("bold")));
            bob.push("away", "bob", "");
            same("leave bob[bold]", ada.told.take());
            ada.sees(Map.of("ada", List.of("glad")));
        }
    }

    private void ends() throws Exception {
        try (Watcher ada = watch("here:ends");
                Watcher bob = watch("here:ends")) {
            bob.push("here", "bob", "x");
            ada.sees(Map.of("bob", List.of("x")));
            bob.channel.push("crash", Map.of(), Defaults.TIMEOUT);
            ada.sees(Map.of());
            try (Watcher eve = watch("here:ends")) {
                eve.push("here", "eve", "x");
                ada.sees(Map.of("eve", List.of("x")));
            }
            ada.sees(Map.of());
        }
    }

    private void metas() throws Exception {
        try (Watcher one = watch("here:metas");
                Watcher two = watch("here:metas")) {
            one.push("here", "ada", "1");
            one.sees(Map.of("ada", List.of("1")));
            two.push("here", "ada", "2");
            try (Watcher late = watch("here:metas")) {
                for (Watcher each : List.of(one, two, late)) {
                    each.sees(Map.of("ada", List.of("1", "2")));
                }
            }
            one.channel.leave(Defaults.TIMEOUT);
            two.sees(Map.of("ada", List.of("2")));
        }
    }

    private static void until(BooleanSupplier holds, String what) throws InterruptedException {
        long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("expected " + what);
            }
            Thread.sleep(5);
        }
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
