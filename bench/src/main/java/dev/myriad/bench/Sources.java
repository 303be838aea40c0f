package dev.myriad.bench;

import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where clients come from, as a struct sockaddr_in. Stateless.
 *
 * <p>Each ring has a loopback address of its own, because one address has less than 64,000 ports;
 * and whoever connects anew takes another one, because the ports of ended connections rest for a
 * minute. Ports are named: to let the kernel look for a free one becomes the most expensive part of
 * a connection as soon as half of them are taken.
 */
final class Sources {
    static final int SOCKADDR_BYTES = 16;

    private static final int PORT_FIRST = 20_000;
    private static final int PORTS = 45_000;
    private static final int PORT_STEP = 7_919;
    private static final int PER_OCTET = 250;
    private static final int RINGS_MAX = 2 * PER_OCTET;
    private static final int BLOCKS = 25_000;
    private static final int AF_INET = 2;

    private Sources() {}

    /** A block that nobody is likely to have used in the last minute. */
    static int anyBlock() {
        return ThreadLocalRandom.current().nextInt(BLOCKS);
    }

    /** Of one attempt to connect; the next takes another port, should this one be taken. */
    static byte[] address(int block, int ring, int slot, int attempt) {
        int third = block / PER_OCTET % (BLOCKS / PER_OCTET) * 2 + ring % RINGS_MAX / PER_OCTET;
        return address(
                new byte[] {
                    127, (byte) (1 + block % PER_OCTET), (byte) third, (byte) (2 + ring % PER_OCTET)
                },
                PORT_FIRST + (slot + attempt * PORT_STEP) % PORTS);
    }

    static byte[] address(InetAddress host, int port) {
        return address(host.getAddress(), port);
    }

    private static byte[] address(byte[] host, int port) {
        byte[] address = new byte[SOCKADDR_BYTES];
        address[0] = AF_INET; // little-endian, as all machines that we know
        address[2] = (byte) (port >>> 8);
        address[3] = (byte) port;
        System.arraycopy(host, 0, address, 4, 4);
        return address;
    }
}
