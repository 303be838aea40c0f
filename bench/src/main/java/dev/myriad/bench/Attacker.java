package dev.myriad.bench;

import dev.myriad.protocol.Handshake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * The clients of one attack, on a thread of their own. Open loop: acts are due at fixed times, and
 * at a rate that leaves the machine to others, so what the attack does to them is the server's
 * doing. Figures may be asked for once it is closed.
 */
final class Attacker implements AutoCloseable {
    private static final String KEY = "bXlyaWFkLWJlbmNoLW9uZQ==";
    private static final long MICROS_MAX = 600_000_000;

    /** As many acts at most before it looks at what came back. */
    private static final int ACTS_AT_ONCE_MAX = 256;

    private static final byte[] NOTHING = new byte[0];

    private final Attack attack;
    private final Target target;
    private final InetSocketAddress server;
    private final double perSecondDue;
    private final double interval;
    private final Random random;
    private final List<AttackLine> lines = new ArrayList<>();
    private final byte[] first;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64 << 10);
    private final Selector selector;
    private final Thread thread;
    private final Histogram lateness = new Histogram(1, MICROS_MAX, 3);
    private volatile boolean running = true;

    private long started;
    private long ended;
    private long due;
    private long acts;
    private long idle;
    private long cuts;
    private int next;

    private Attacker(Attack attack, Target target, int perSecond, long seed) {
        this.attack = attack;
        this.target = target;
        this.server = new InetSocketAddress(target.address(), target.port());
        this.perSecondDue = perSecond;
        this.interval = 1e9 / perSecond;
        this.random = new Random(seed);
        this.first =
                attack.upgraded()
                        ? Handshake.request("attacker", target.path(), KEY, Optional.empty())
                        : NOTHING;
        for (int i = 0; i < attack.lines(); i++) {
            lines.add(new AttackLine(i));
        }
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.thread = Thread.ofPlatform().name("attacker").daemon().unstarted(this::run);
    }

    static Attacker start(Attack attack, Target target, int perSecond, long seed) {
        Attacker attacker = new Attacker(attack, target, perSecond, seed);
        attacker.thread.start();
        return attacker;
    }

    private void run() {
        started = System.nanoTime();
        try {
            while (running) {
                actAll();
                selector.select(this::onReady, 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ended = System.nanoTime();
            lines.forEach(AttackLine::cut);
        }
    }

    private void actAll() {
        long now = System.nanoTime();
        for (int i = 0; i < ACTS_AT_ONCE_MAX; i++) {
            long intended = started + (long) (due * interval);
            if (intended > now) {
                return;
            }
            lateness.recordValue(Math.clamp((now - intended) / 1_000, 1, MICROS_MAX));
            due++;
            act();
        }
    }

    /** On the next line that is not waiting for the server. */
    private void act() {
        for (int i = 0; i < lines.size(); i++) {
            AttackLine line = lines.get(next);
            next = (next + 1) % lines.size();
            if (line.isCut() || line.isReady()) {
                act(line);
                return;
            }
        }
        idle++;
    }

    private void act(AttackLine line) {
        acts++;
        try {
            if (line.isCut()) {
                line.open(selector, server, first);
            } else if (line.isHeldBack()) {
                line.flush();
            } else {
                if (attack.isDeaf() && line.acts() == 0) {
                    line.goDeaf(selector);
                }
                byte[] bytes = attack.next(target, line, random);
                line.send(bytes);
                if (bytes == Attack.RESET) {
                    line.cut();
                } else if (attack.awaitsAnswers()) {
                    line.awaitAnswer();
                }
            }
        } catch (IOException _) {
            cut(line);
        }
    }

    private void onReady(SelectionKey key) {
        if (!(key.attachment() instanceof AttackLine line) || line.isCut()) {
            return;
        }
        try {
            if (key.isConnectable()) {
                line.connected(key);
            } else if (!line.read(scratch)) {
                cut(line);
            }
        } catch (IOException _) {
            cut(line);
        }
    }

    private void cut(AttackLine line) {
        cuts++;
        line.cut();
    }

    /** Ends the attack and all its connections. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server's answers set its pace. */
    boolean awaitsAnswers() {
        return attack.awaitsAnswers();
    }

    /** What was to be done in a second. */
    double perSecondDue() {
        return perSecondDue;
    }

    /** What was done in a second. */
    double perSecond() {
        return acts / Math.max(1e-3, (ended - started) / 1e9);
    }

    /** Acts for which no line was ready: the server had not answered any yet. */
    long idle() {
        return idle;
    }

    /** Connections that the server ended. */
    long cuts() {
        return cuts;
    }

    /** How late acts were, in microseconds. */
    Histogram lateness() {
        return lateness;
    }
}
