package dev.myriad.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One of the attacker's connections, which it opens again and again. Confined to its thread. */
final class AttackLine {
    /** How a close frame begins. In what else the server says the byte does not occur. */
    private static final byte CLOSE_FRAME = (byte) 0x88;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int number;
    private @Nullable SocketChannel channel;
    private ByteBuffer waiting = NOTHING;
    private boolean ready;
    private boolean awaitsAnswer;
    private String heard = "";
    private int acts;

    AttackLine(int number) {
        this.number = number;
    }

    /** Its place among the lines of the attack. */
    int number() {
        return number;
    }

    /** How much it has sent since it was opened, in acts. */
    int acts() {
        return acts;
    }

    boolean isCut() {
        return channel == null;
    }

    /** Whether it may send: connected, and upgraded if that is wanted. */
    boolean isReady() {
        return ready;
    }

    /** What came last. */
    String heard() {
        return heard;
    }

    /** Sends no more until something has come. */
    void awaitAnswer() {
        ready = false;
        awaitsAnswer = true;
    }

    /** Reads no more. */
    void goDeaf(Selector selector) {
        if (channel != null) {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(0);
            }
        }
    }

    /** Whether the server has not taken all that was sent. */
    boolean isHeldBack() {
        return waiting.hasRemaining();
    }

    /** Connects, and sends this first; with nothing to send it is ready at once. */
    void open(Selector selector, InetSocketAddress server, byte[] first) throws IOException {
        acts = 0;
        ready = false;
        awaitsAnswer = false;
        waiting = ByteBuffer.wrap(first);
        SocketChannel opened = SocketChannel.open();
        channel = opened;
        opened.configureBlocking(false);
        opened.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = opened.register(selector, SelectionKey.OP_CONNECT, this);
        if (opened.connect(server)) {
            connected(key);
        }
    }

    void connected(SelectionKey key) throws IOException {
        if (channel != null && channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_READ);
            ready = !isHeldBack();
            flush();
        }
    }

    void send(byte[] bytes) throws IOException {
        acts++;
        waiting = ByteBuffer.wrap(bytes);
        flush();
    }

    /** Sends on what the server did not take. */
    void flush() throws IOException {
        if (channel != null) {
            channel.write(waiting);
        }
    }

    /** Throws away what has come; false if that was the end, or says that it comes. */
    boolean read(ByteBuffer scratch) throws IOException {
        scratch.clear();
        if (channel == null || channel.read(scratch) < 0) {
            return false;
        }
        ready |= scratch.position() > 0;
        if (awaitsAnswer) {
            byte[] bytes = new byte[scratch.position()];
            scratch.get(0, bytes);
            heard = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        for (int i = 0; i < scratch.position() && !awaitsAnswer; i++) {
            if (scratch.get(i) == CLOSE_FRAME) {
                return false;
            }
        }
        return true;
    }

    /** Ends it by a reset. */
    void cut() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException _) {
            // then it is closed anyway
        }
        channel = null;
        ready = false;
        waiting = NOTHING;
    }
}
