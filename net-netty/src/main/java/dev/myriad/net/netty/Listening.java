package dev.myriad.net.netty;

import dev.myriad.net.NetException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Opens listening sockets, or says in one sentence why it cannot. Thread-safe: no state. */
final class Listening {
    /** The kernel lowers it to its own {@code somaxconn}. */
    private static final int BACKLOG = 4_096;

    /** Left alone, the kernel would let a client that does not read hold 4 MB of it. */
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private Listening() {}

    static InetSocketAddress resolve(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new NetException("host " + host + " is unknown", e);
        }
    }

    /**
     * Sees to it that nobody listens there yet: with SO_REUSEPORT the kernel would not mind a
     * second server of the same user, and give each half of the connections.
     */
    static void check(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (IOException e) {
            throw refused(address, e);
        }
    }

    /** A listener on the shard's event loop that spreads its sockets over {@code receivers}. */
    static ServerSocketChannel bind(
            Flavour flavour, NettyShard shard, NettyShard[] receivers, InetSocketAddress address) {
        ServerSocketChannel listener = flavour.listener();
        listener.config().setReuseAddress(true);
        listener.config().setBacklog(BACKLOG);
        int sendBufferBytes = SEND_BUFFER_BYTES;
        if (listener instanceof UnixChannel unix) {
            listener.config().setOption(UnixChannelOption.SO_REUSEPORT, flavour == Flavour.EPOLL);
            inheritSendBuffer((Socket) unix.fd(), address);
            sendBufferBytes = 0;
        }
        listener.pipeline().addLast(new Acceptor(receivers, sendBufferBytes));
        ChannelPromise registered = listener.newPromise();
        listener.unsafe().register(shard.loop(), registered);
        registered.syncUninterruptibly();
        ChannelFuture bound = listener.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            listener.close().syncUninterruptibly();
            throw refused(address, cause);
        }
        return listener;
    }

    private static void inheritSendBuffer(Socket listener, InetSocketAddress address) {
        try {
            listener.setSendBufferSize(SEND_BUFFER_BYTES);
        } catch (IOException e) {
            throw refused(address, e);
        }
    }

    private static NetException refused(InetSocketAddress address, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String host = address.getAddress().getHostAddress();
        if (message.contains("in use")) {
            return new NetException(
                    "port %d on %s is taken: another process listens there"
                            .formatted(address.getPort(), host),
                    cause);
        }
        return new NetException(
                "cannot listen on port %d of %s: %s".formatted(address.getPort(), host, message),
                cause);
    }
}
