package dev.myriad.net.uring;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.NetException;
import dev.myriad.net.engine.Refusal;
import dev.myriad.protocol.Persistence;
import dev.myriad.protocol.ResponseEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * A listening socket of one lane; several share the port (SO_REUSEPORT), and the kernel spreads
 * connections over them. Options are inherited by what is accepted. Confined to one thread at a
 * time.
 */
final class Listener implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_SNDBUF = 7;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int BACKLOG = 4_096;

    /** Left alone, the kernel would let a client that does not read hold megabytes of it. */
    private static final int SEND_BUFFER_BYTES = 128 << 10;

    private final Kernel.Errno errno = new Kernel.Errno();
    private final int fd;
    private final InetSocketAddress address;
    private boolean closed;

    private Listener(int fd, InetSocketAddress address) {
        this.fd = fd;
        this.address = address;
    }

    /**
     * Opens as many sockets on one port as asked for. The port is first tried without sharing it,
     * so that one which another server uses is noticed.
     */
    static List<Listener> open(String host, int port, int count) {
        open(host, port, false).close();
        List<Listener> listeners = new ArrayList<>();
        int bound = port;
        try {
            while (listeners.size() < count) {
                Listener listener = open(host, bound, true);
                listeners.add(listener);
                bound = listener.address().getPort();
            }
        } catch (RuntimeException | Error e) {
            listeners.forEach(Listener::close);
            throw e;
        }
        return listeners;
    }

    private static Listener open(String host, int port, boolean shared) {
        InetAddress inet;
        try {
            inet = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new NetException("unknown host: " + host, e);
        }
        Kernel.Errno errno = new Kernel.Errno();
        byte[] raw = inet.getAddress();
        int family = raw.length == 4 ? AF_INET : AF_INET6;
        int fd = Kernel.socket(errno, family, SOCK_STREAM_CLOEXEC);
        if (fd == -Kernel.EMFILE
                || fd == -Kernel.ENFILE
                || fd == -Kernel.ENOMEM
                || fd == -Kernel.ENOBUFS) {
            throw new UringException("socket", -fd); // another transport needs fewer
        }
        if (fd < 0) {
            throw new NetException(
                    "cannot listen on " + host + ":" + port + ": " + Kernel.message(-fd));
        }
        Kernel.setsockopt(errno, fd, SOL_SOCKET, SO_REUSEADDR, 1);
        if (shared) {
            Kernel.setsockopt(errno, fd, SOL_SOCKET, SO_REUSEPORT, 1);
        }
        Kernel.setsockopt(errno, fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
        Kernel.setsockopt(errno, fd, IPPROTO_TCP, TCP_NODELAY, 1);
        try (NativeBytes sockaddr = new NativeBytes(64)) {
            long at = sockaddr.address();
            Kernel.fill(at, 64, (byte) 0);
            Kernel.putShort(at, (short) family);
            Kernel.putShort(at + 2, Short.reverseBytes((short) port));
            Kernel.copyIn(raw, 0, at + (family == AF_INET ? 4 : 8), raw.length);
            int result = Kernel.bind(errno, fd, at, family == AF_INET ? 16 : 28);
            if (result == 0) {
                result = Kernel.listen(errno, fd, BACKLOG);
            }
            if (result < 0) {
                Kernel.close(errno, fd);
                throw new NetException(
                        result == -Kernel.EADDRINUSE
                                ? "port " + port + " on " + host + " is taken"
                                : "cannot listen on "
                                        + host
                                        + ":"
                                        + port
                                        + ": "
                                        + Kernel.message(-result));
            }
            Kernel.putInt(at + 32, 28);
            Kernel.getsockname(errno, fd, at, at + 32);
            int bound = Short.reverseBytes(Kernel.getShort(at + 2)) & 0xffff;
            return new Listener(fd, new InetSocketAddress(inet, bound));
        }
    }

    int fd() {
        return fd;
    }

    InetSocketAddress address() {
        return address;
    }

    /**
     * How long the kernel's form of an address is. A request for the address that names a longer
     * buffer fails.
     */
    int addressBytes() {
        return address.getAddress().getAddress().length == 4 ? 16 : 28;
    }

    /** Answers 503 on an accepted ordinary descriptor, and closes it. */
    void refuse(int accepted) {
        HttpAnswer answer = Refusal.of(503, "too many connections");
        byte[] full =
                ResponseEncoder.encode(
                        answer.status(), answer.headers(), answer.body(), Persistence.CLOSE, false);
        try (NativeBytes bytes = new NativeBytes(full.length)) {
            Kernel.copyIn(full, 0, bytes.address(), full.length);
            Kernel.send(
                    errno,
                    accepted,
                    bytes.address(),
                    full.length,
                    Ring.MSG_DONTWAIT | Ring.MSG_NOSIGNAL);
        }
        Kernel.close(errno, accepted);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Kernel.close(errno, fd);
        }
    }
}
