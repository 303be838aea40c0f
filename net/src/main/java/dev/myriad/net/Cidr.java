package dev.myriad.net;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A network as it is written, {@code 10.0.0.0/8} (RFC 4632, RFC 4291). Immutable.
 *
 * @param bits how many of the address's first bits all of it share
 */
record Cidr(InetAddress address, int bits) {
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        try {
            if (text.matches(".*[^0-9A-Fa-f:./].*")) {
                throw new IllegalArgumentException("a name");
            }
            InetAddress address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int width = address.getAddress().length * 8;
            int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > width) {
                throw new IllegalArgumentException("so many bits");
            }
            return new Cidr(address, bits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a network: \"" + text + "\"; write it as 10.0.0.0/8 or fd00::/8", e);
        }
    }

    boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        BigInteger difference = new BigInteger(1, mine).xor(new BigInteger(1, its));
        return difference.bitLength() <= mine.length * 8 - bits;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
