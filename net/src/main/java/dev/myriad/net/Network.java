package dev.myriad.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * What counts as one address when clients are counted: an IPv4 address, or the first 64 bits of an
 * IPv6 address, since whoever has one address of such a network can use all of it. Immutable.
 *
 * @param ipv6 whether {@code bits} are of IPv6
 * @param bits the address or network, the first byte highest
 */
public record Network(boolean ipv6, long bits) {
    private static final int IPV6_BYTES = 16;

    public static Network of(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        byte[] bytes = address.getAddress();
        return bytes.length == IPV6_BYTES
                ? new Network(true, ByteBuffer.wrap(bytes).getLong())
                : new Network(false, ByteBuffer.wrap(bytes).getInt());
    }
}
