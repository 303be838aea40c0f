package dev.myriad.net.netty;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * Which of Netty's ways to wait for sockets serves: a system call of Linux, one of macOS, or the
 * JDK's. Immutable.
 */
enum Flavour {
    EPOLL("epoll"),
    KQUEUE("kqueue"),
    NIO("NIO");

    /** Sockets read between two turns; more would keep replies and slices waiting. */
    private static final int EVENTS_MAX = 512;

    private final String label;

    Flavour(String label) {
        this.label = label;
    }

    /** The fastest that this machine offers. */
    static Flavour best() {
        if (Epoll.isAvailable()) {
            return EPOLL;
        }
        return KQueue.isAvailable() ? KQUEUE : NIO;
    }

    String label() {
        return label;
    }

    /** Whether it shows its sockets, so that they can be written to without Netty's queue. */
    boolean isDirect() {
        return this != NIO;
    }

    IoHandlerFactory io() {
        return switch (this) {
            case EPOLL ->
                    EpollIoHandler.newFactory(EVENTS_MAX, DefaultSelectStrategyFactory.INSTANCE);
            case KQUEUE -> KQueueIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    ServerSocketChannel listener() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case KQUEUE -> new KQueueServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }
}
