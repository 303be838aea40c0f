package dev.myriad.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a port, by another, that can be cut. Thread-safe. */
final class Route implements AutoCloseable {
    private static final int BACKLOG = 64;

    private final ServerSocket entry;
    private final int to;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Route(int port, int to) {
        this.to = to;
        try {
            entry = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new BenchException("there is no way by port " + port + ".", e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (!entry.isClosed()) {
            try {
                Socket come = entry.accept();
                Thread.ofVirtual().start(() -> join(come));
            } catch (IOException _) {
                // It is closed.
            }
        }
    }

    private void join(Socket come) {
        try (come;
                Socket go = new Socket(InetAddress.getLoopbackAddress(), to)) {
            sockets.add(come);
            sockets.add(go);
            if (!cut) {
                Thread back = Thread.ofVirtual().start(() -> copy(go, come));
                copy(come, go);
                back.join();
            }
            sockets.remove(come);
            sockets.remove(go);
        } catch (IOException | InterruptedException _) {
            // There is nobody there; who came tries again.
        }
    }

    /** Until one of the two has ended. */
    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException _) {
            // The other way sees it, too.
        }
    }

    void cut() {
        cut = true;
        sockets.forEach(Route::end);
    }

    void mend() {
        cut = false;
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It has ended, then.
        }
    }

    @Override
    public void close() {
        cut();
        try {
            entry.close();
        } catch (IOException e) {
            throw new BenchException("a port cannot be closed.", e);
        }
    }
}
