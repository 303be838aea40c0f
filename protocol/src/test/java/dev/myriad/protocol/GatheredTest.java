package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GatheredTest {
    private final Pieces pool = new Pieces();

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void holdsWhatWasAddedWhateverTheParts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            Gathered gathered = new Gathered(pool);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int parts = random.nextInt(12);
            for (int i = 0; i < parts; i++) {
                byte[] part = random(random, random.nextInt(1 << random.nextInt(18)));
                expected.writeBytes(part);
                int left = random.nextBoolean() ? part.length : Integer.MAX_VALUE;
                gathered.append(part, 0, part.length, left);
            }
            assertThat(gathered.length()).as("seed %d", seed).isEqualTo(expected.size());
            assertThat(gathered.capacity()).isBetween(expected.size(), 2 * expected.size() + 16448);
            assertThat(gathered.toArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            gathered.free();
            assertThat(gathered.length()).isZero();
            assertThat(gathered.capacity()).isZero();
        }
    }

    @Test
    void whatIsAnnouncedCostsNothing() {
        Gathered gathered = new Gathered(pool);
        gathered.append(new byte[1], 0, 1, 1 << 20);
        assertThat(gathered.capacity()).isEqualTo(64);
    }

    @Test
    void piecesAreUsedOverAndOver() {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            Gathered gathered = new Gathered(pool);
            gathered.append(random(random, 200_000), 0, 200_000, 200_000);
            gathered.free();
        }
        assertThat(pool.free()).isEqualTo(13);
    }

    @Test
    void whatNobodyNeedsIsLetGo() {
        List<Gathered> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Gathered gathered = new Gathered(pool);
            gathered.append(new byte[100_000], 0, 100_000, 100_000);
            all.add(gathered);
        }
        all.forEach(Gathered::free);
        assertThat(pool.free()).isEqualTo(140);
        pool.trim();
        for (int i = 0; i < 10; i++) {
            pool.trim();
        }
        assertThat(pool.free()).isZero();
    }

    @Test
    void aMessageThatIsReadWhileAnotherIsPutTogetherStaysWhole() {
        byte[] outer = pool.takeWhole(100);
        byte[] inner = pool.takeWhole(100);
        assertThat(inner).isNotSameAs(outer);
        pool.giveBackWhole(inner);
        pool.giveBackWhole(outer);
        assertThat(pool.takeWhole(100)).isSameAs(inner);
    }
}
