package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.process.Process;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connection of a {@link SimulatedTransport}. Confined to the simulation. */
final class SimulatedConnection implements Connection {
    private static final int BYTES_MAX = 1 << 20;

    /** What the client heard. */
    final List<String> heard = new ArrayList<>();

    /** What handlers and tasks threw. */
    final List<Throwable> faults = new ArrayList<>();

    private final Strand strand = new Strand();
    private Optional<ConnectionHandler> handler = Optional.empty();
    private int closeCode;

    /** Carries out the commands. */
    private static final class Strand extends Process {
        @Override
        protected void handle(Object command) {
            ((Runnable) command).run();
        }

        @Override
        protected String name() {
            return "connection";
        }
    }

    private void run(Runnable command) {
        if (strand.equals(Process.self())) {
            command.run();
        } else {
            strand.send(command);
        }
    }

    void open(ConnectionHandler accepted) {
        run(
                () -> {
                    handler = Optional.of(accepted);
                    call(() -> accepted.opened(this));
                });
    }

    boolean isOpen() {
        return closeCode == 0;
    }

    /** With which it ended; zero while it is open. */
    int closeCode() {
        return closeCode;
    }

    /** The client sends. */
    void receive(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        run(
                () -> {
                    if (isOpen()) {
                        call(() -> handler.orElseThrow().text(bytes, 0, bytes.length));
                    }
                });
    }

    /** The client is gone. */
    void vanish() {
        run(() -> end(CloseCode.ABNORMAL));
    }

    private void call(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error fault) {
            faults.add(fault);
            end(CloseCode.INTERNAL_ERROR);
        }
    }

    private void end(int code) {
        if (isOpen()) {
            closeCode = code;
            strand.send((Runnable) () -> handler.ifPresent(told -> told.closed(code)));
        }
    }

    @Override
    public void send(byte[] frames) {
        run(
                () -> {
                    if (isOpen() && frames.length > 0) {
                        FrameDecoder.client(BYTES_MAX, BYTES_MAX)
                                .decode(null, frames, 0, frames.length, new Ears());
                    }
                });
    }

    @Override
    public void close(int code, String reason) {
        run(() -> end(code));
    }

    @Override
    public void execute(Runnable task) {
        run(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error fault) {
                        faults.add(fault);
                    }
                });
    }

    @Override
    public InetSocketAddress peer() {
        return SimulatedTransport.PEER;
    }

    private final class Ears implements FrameDecoder.Sink {
        @Override
        public void text(byte[] bytes, int from, int to) {
            heard.add(new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {}

        @Override
        public void ping(byte[] bytes, int from, int to) {}

        @Override
        public void pong(byte[] bytes, int from, int to) {}

        @Override
        public void close(int code, String reason) {}
    }
}
