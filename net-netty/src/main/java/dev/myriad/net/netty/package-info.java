/**
 * The transport on Netty: the engine of {@code dev.myriad.net}, whose bytes go through epoll,
 * kqueue or NIO. It is found by {@link dev.myriad.net.netty.NettyProvider}.
 */
@NullMarked
package dev.myriad.net.netty;

import org.jspecify.annotations.NullMarked;
