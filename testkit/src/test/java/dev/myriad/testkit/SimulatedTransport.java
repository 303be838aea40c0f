package dev.myriad.testkit;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.NetStats;
import dev.myriad.net.Receipt;
import dev.myriad.net.Transport;
import dev.myriad.net.Upgrade;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose connections are processes of a {@link Simulation}, so that it chooses when each
 * of their commands is carried out. Confined to the simulation.
 */
final class SimulatedTransport implements Transport {
    static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final Application application;
    private final List<SimulatedConnection> connections = new ArrayList<>();

    SimulatedTransport(Application application) {
        this.application = application;
    }

    /** Somebody who asks to be let in, and what became of it. */
    static final class Opening implements Upgrade {
        final SimulatedConnection connection = new SimulatedConnection();
        int answers;
        int refusedWith;

        @Override
        public void accept(ConnectionHandler handler, Optional<String> subprotocol) {
            if (answers++ == 0) {
                connection.open(handler);
            }
        }

        @Override
        public void refuse(int status, String body) {
            if (answers++ == 0) {
                refusedWith = status;
            }
        }

        @Override
        public InetSocketAddress peer() {
            return PEER;
        }
    }

    Opening connect(String target) {
        Opening opening = new Opening();
        connections.add(opening.connection);
        application.upgrade(RequestHead.of("GET", target, Map.of()), opening);
        return opening;
    }

    @Override
    public Group group() {
        return new Members();
    }

    private final class Members implements Group {
        private final Set<SimulatedConnection> members = new LinkedHashSet<>();

        @Override
        public void add(dev.myriad.net.Connection connection, byte[] firstFrames) {
            SimulatedConnection added = (SimulatedConnection) connection;
            connection.execute(
                    () -> {
                        added.send(firstFrames);
                        if (added.isOpen()) {
                            members.add(added);
                        }
                    });
        }

        @Override
        public void remove(dev.myriad.net.Connection connection) {
            connection.execute(() -> members.remove((SimulatedConnection) connection));
        }

        @Override
        public void send(
                byte[] frames,
                dev.myriad.net.@Nullable Connection except,
                byte[] instead,
                @Nullable Receipt receipt) {
            for (SimulatedConnection each : connections) {
                byte[] its = each.equals(except) ? instead : frames;
                if (its.length > 0) {
                    each.execute(
                            () -> {
                                if (members.contains(each)) {
                                    each.send(its);
                                }
                            });
                }
            }
            if (receipt != null) {
                receipt.begin();
                receipt.end();
            }
        }

        @Override
        public void sendAs(dev.myriad.net.Connection sender, byte[] frames) {
            send(frames, sender);
            sender.send(frames);
        }
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public String reason() {
        return "a test asked for it";
    }

    @Override
    public InetSocketAddress address() {
        return PEER;
    }

    @Override
    public NetStats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(Drain drain) {
        connections.forEach(connection -> connection.close(CloseCode.SERVICE_RESTART, ""));
    }
}
