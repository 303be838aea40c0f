package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.process.Process;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every join, leave, event with a ref and renewal is answered once, or the connection ends;
 * whatever channels do, in any order of steps. Afterwards every topic can be joined, and when the
 * clients are gone nothing is left of them.
 */
@Timeout(600)
class EveryMessageIsAnsweredTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final long STEPS = Long.getLong("steps", 100_000);

    private static final int CLIENTS = 2;
    private static final int MESSAGES_MAX = 40;

    /** All that hangs has been given up. */
    private static final Duration ENOUGH = Duration.ofMinutes(15);

    private static final String TARGET = "/s/websocket?vsn=2.0.0&does=";

    /** Some joins are refused unasked, and what is sent by their refs is for no channel. */
    private static final Limits LIMITS = Limits.DEFAULT.with(Limit.JOINS_WAITING_MAX, 2);

    private static final List<String> CONNECTS =
            List.of("ok", "slow", "refuse", "throw", "error", "null");

    @Test
    void onceWhateverChannelsDo() {
        System.out.println("seed " + SEED + ", -Dseed=N for another, -Dsteps=N for more");
        long steps = 0;
        for (long seed = SEED; steps < STEPS; seed++) {
            Play play = new Play();
            Simulation.run(seed, play::run);
            steps += play.messages;
        }
    }

    /** One scenario. */
    private static final class Play {
        private final Process slow = new NastyRoom.Slow();
        private int messages;

        void run(Simulation sim) {
            RandomGenerator random = sim.random();
            SimulatedClock clock = new SimulatedClock(sim);
            List<SimulatedTransport> transports = new ArrayList<>();
            Endpoint endpoint =
                    Endpoint.builder()
                            .socket("/s", this::serve)
                            .clock(clock)
                            .limits(LIMITS)
                            .drain(Drain.atOnce(10_000))
                            .transport(
                                    application -> {
                                        SimulatedTransport made =
                                                new SimulatedTransport(application);
                                        transports.add(made);
                                        return made;
                                    })
                            .start();
            SimulatedTransport transport = transports.getFirst();
            refusals(sim, transport);
            List<AnsweredClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(connect(sim, transport, i == 0 ? "ok" : "slow"));
            }
            clients.forEach(client -> sim.fork(() -> talk(sim, client)));
            if (random.nextInt(4) == 0) {
                sim.fork(
                        () -> {
                            for (int i = random.nextInt(200); i > 0; i--) {
                                sim.letOthersRun();
                            }
                            clients.getFirst().vanish();
                        });
            }
            sim.advance(ENOUGH);
            clients.forEach(AnsweredClient::check);
            clients.forEach(AnsweredClient::beginAnew);
            sim.advance(ENOUGH);
            clients.forEach(AnsweredClient::check);
            clients.forEach(AnsweredClient::checkBegunAnew);
            clients.forEach(AnsweredClient::vanish);
            sim.advance(ENOUGH);
            assertThat(endpoint.stats().channels()).isZero();
            assertThat(endpoint.stats().topics()).isZero();
            assertThat(clock.pending()).isZero();
            assertThat(sim.waiting()).isEmpty();
            long startNanos = System.nanoTime();
            endpoint.close();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isLessThan(Duration.ofSeconds(5));
        }

        /** Who is not let in hears it, once. */
        private static void refusals(Simulation sim, SimulatedTransport transport) {
            String does = CONNECTS.get(sim.random().nextInt(CONNECTS.size()));
            SimulatedTransport.Opening opening = transport.connect(TARGET + does);
            sim.advance(Duration.ofSeconds(1));
            assertThat(opening.answers).isPositive();
            boolean letIn = does.equals("ok") || does.equals("slow");
            assertThat(opening.refusedWith)
                    .isEqualTo(letIn ? 0 : does.equals("refuse") ? 403 : 500);
            opening.connection.vanish();
        }

        private static AnsweredClient connect(
                Simulation sim, SimulatedTransport transport, String does) {
            SimulatedTransport.Opening opening = transport.connect(TARGET + does);
            sim.advance(Duration.ofSeconds(1));
            assertThat(opening.refusedWith).isZero();
            return new AnsweredClient(opening.connection, sim.random());
        }

        private void talk(Simulation sim, AnsweredClient client) {
            int count = 1 + sim.random().nextInt(MESSAGES_MAX);
            for (int i = 0; i < count && client.isLetIn(); i++) {
                client.step();
                messages++;
                for (int rest = sim.random().nextInt(4); rest > 0; rest--) {
                    sim.letOthersRun();
                }
            }
        }

        private void serve(SocketRoutes socket) {
            Channel shared = new NastyRoom(slow);
            socket.channel("room:*", () -> new NastyRoom(slow))
                    .channel(
                            "throws:*",
                            () -> {
                                throw new IllegalStateException("planted");
                            })
                    .channel("null:*", Play::nothing)
                    .channel("stops:*", StopsInItsConstructor::new)
                    .channel("reused:*", () -> shared)
                    .connect((params, _) -> answer(params.getOrDefault("does", "")))
                    .renew((token, _) -> answer(token));
        }

        private ConnectResult answer(String does) {
            return switch (does) {
                case "slow" -> {
                    NastyRoom.pause(slow);
                    yield ConnectResult.ok().expiresAt(Instant.ofEpochSecond(3_600));
                }
                case "hang" -> {
                    NastyRoom.hang(slow);
                    yield ConnectResult.ok();
                }
                case "refuse" -> ConnectResult.refused("no");
                case "refuse-null" -> ConnectResult.refused(nothing());
                case "throw" -> throw new IllegalStateException("planted");
                case "error" -> throw new StackOverflowError("planted");
                case "null" -> nothing();
                case "other-id" -> ConnectResult.ok(Map.of()).id("another");
                default -> ConnectResult.ok();
            };
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what must not be
        private static <T> T nothing() {
            return null;
        }
    }

    private static final class StopsInItsConstructor extends EchoRoom {
        StopsInItsConstructor() {
            stop("in the constructor");
        }
    }
}
