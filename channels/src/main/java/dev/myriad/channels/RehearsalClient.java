package dev.myriad.channels;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A client of a {@link Rehearsal} that has joined by a WebSocket. It knows how many messages have
 * to come, and looks at none. Used by one thread.
 */
final class RehearsalClient implements AutoCloseable {
    final RehearsalScript says;
    private final RehearsalLine line;

    /** Connects and joins; gives up at a nanosecond time. */
    RehearsalClient(InetSocketAddress server, long until, RehearsalScript says) throws IOException {
        this.says = says;
        line = new RehearsalLine(server, until);
        try {
            line.write(says.upgrade);
            String _ = line.head();
            line.write(says.join);
            await(1);
        } catch (IOException | RuntimeException | Error e) {
            line.close();
            throw e;
        }
    }

    void send(byte[] frames) throws IOException {
        line.write(frames);
    }

    /** Reads so many messages. */
    void await(int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            int _ = line.read();
            int length = line.read();
            if (length == 126) {
                length = line.read() << 8 | line.read();
            }
            line.skip(length);
        }
    }

    @Override
    public void close() throws IOException {
        line.close();
    }
}
