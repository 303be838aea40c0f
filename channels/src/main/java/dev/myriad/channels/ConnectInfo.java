package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;

/**
 * What is known about a client that wants to connect.
 *
 * @param request its upgrade request
 * @param peer its address
 */
public record ConnectInfo(RequestHead request, InetSocketAddress peer) {}
