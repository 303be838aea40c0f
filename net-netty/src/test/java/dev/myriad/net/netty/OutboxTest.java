package dev.myriad.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The outbox gives back what was put in, however it is cut. */
final class OutboxTest {
    @Test
    void bytesLeaveInTheOrderInWhichTheyCame() {
        long seed = System.nanoTime();
        System.out.println("seed of the outbox: " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            compareWithAModel(random);
        }
    }

    private static void compareWithAModel(Random random) {
        Outbox outbox = new Outbox();
        ArrayDeque<Byte> model = new ArrayDeque<>();
        ByteBuffer into = ByteBuffer.allocateDirect(1 + random.nextInt(50));
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(3) > 0) {
                add(outbox, model, random);
            } else {
                takeSome(outbox, model, into, random);
            }
            assertThat(outbox.bytes()).isEqualTo(model.size());
            assertThat(outbox.isEmpty()).isEqualTo(model.isEmpty());
        }
        outbox.clear();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.peek(into)).isZero();
    }

    private static void add(Outbox outbox, ArrayDeque<Byte> model, Random random) {
        byte[] bytes = new byte[1 + random.nextInt(20)];
        random.nextBytes(bytes);
        int from = outbox.isEmpty() ? random.nextInt(bytes.length) : 0;
        outbox.add(bytes, from);
        for (int i = from; i < bytes.length; i++) {
            model.add(bytes[i]);
        }
    }

    private static void takeSome(
            Outbox outbox, ArrayDeque<Byte> model, ByteBuffer into, Random random) {
        int length = outbox.peek(into);
        assertThat(length).isEqualTo(Math.min(model.size(), into.capacity()));
        int taken = random.nextInt(length + 1);
        for (int i = 0; i < taken; i++) {
            assertThat(into.get(i)).isEqualTo(model.remove());
        }
        outbox.remove(taken);
    }
}
