package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory.Kind;
import dev.myriad.net.engine.HeldUpShard.Client;
import org.junit.jupiter.api.Test;

/** What is on its way between a shard that is held up and those that work for it is charged. */
class OnTheWayTest {
    private static final String GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

    private final HeldUpShard shard =
            new HeldUpShard(
                    Limits.DEFAULT
                            .with(Limit.MEMORY_MEGABYTES, 64)
                            .with(Limit.CONNECTIONS_MAX, 100));

    @Test
    void whatIsSentIsChargedUntilTheShardComesToIt() {
        Client client = shard.open();
        client.send(new byte[10_000]);
        assertThat(shard.held(Kind.OUTBOUND)).isGreaterThan(10_000);
        shard.serve();
        assertThat(shard.held(Kind.OUTBOUND)).isZero();
        assertThat(client.heard).hasSize(1);
    }

    @Test
    void whoseReplyFindsNoRoomIsCutOffAndTheOthersAreNot() {
        Client much = shard.open();
        Client little = shard.open();
        long room = shard.memory().of(Kind.OUTBOUND).bytesMax();
        little.send(new byte[1]);
        for (long sent = 0; sent <= room; sent += 1 << 20) {
            much.send(new byte[1 << 20]);
        }
        assertThat(shard.held(Kind.OUTBOUND)).isLessThanOrEqualTo(room);
        shard.serve();
        assertThat(shard.held(Kind.OUTBOUND)).isZero();
        assertThat(much.cutOff).isTrue();
        assertThat(little.cutOff).isFalse();
        assertThat(little.heard).hasSize(1);
        assertThat(shard.limitCounters().of(Limit.OUTBOUND_MEMORY_PERCENT).count()).isEqualTo(1);
    }

    @Test
    void broadcastsThatFindNoRoomAreDropped() {
        ShardedGroup group = new ShardedGroup(new Shard[] {shard}, 1);
        group.add(shard.open(), new byte[100]);
        assertThat(shard.held(Kind.OUTBOUND)).isGreaterThan(100);
        shard.serve();
        assertThat(shard.held(Kind.OUTBOUND)).isZero();
        long room = shard.memory().of(Kind.BROADCASTS).bytesMax();
        for (long sent = 0; sent <= room; sent += 1 << 20) {
            group.send(new byte[1 << 20], null);
        }
        assertThat(shard.held(Kind.BROADCASTS)).isPositive().isLessThanOrEqualTo(room);
        while (shard.turn()) {
            // until all have been sent
        }
        assertThat(shard.held(Kind.BROADCASTS)).isZero();
        assertThat(shard.limitCounters().of(Limit.BROADCASTS_MEMORY_PERCENT).count()).isPositive();
    }

    @Test
    void theSendersOwnCopyIsNeverLeftOut() {
        ShardedGroup group = new ShardedGroup(new Shard[] {shard}, 1);
        Client sender = shard.open();
        group.add(shard.open(), new byte[0]); // somebody to send to
        long room = shard.memory().of(Kind.BROADCASTS).bytesMax();
        for (long sent = 0; sent <= room; sent += 1 << 20) {
            group.send(new byte[1 << 20], null);
        }
        byte[] own = new byte[1 << 20];
        group.sendAs(sender, own);
        while (shard.turn()) {
            // until all have been sent
        }
        assertThat(sender.heard).singleElement().asString().hasSize(own.length);
    }

    @Test
    void aQuestionIsChargedUntilItsAnswerHasLeft() {
        Client client = shard.connect();
        client.say(GET);
        assertThat(shard.held(Kind.REQUESTS)).isPositive();
        shard.answerAll();
        assertThat(shard.held(Kind.REQUESTS)).as("the answer waits for the shard").isPositive();
        shard.serve();
        assertThat(client.heard).singleElement().asString().startsWith("HTTP/1.1 200");
        assertThat(shard.held(Kind.REQUESTS)).isZero();
    }

    @Test
    void aQuestionForWhichThereIsNoThreadIsRefusedAndNothingStaysCharged() {
        Client client = shard.connect();
        shard.withoutThreads = true;
        client.say(GET + GET);
        assertThat(client.heard).singleElement().asString().startsWith("HTTP/1.1 503");
        assertThat(shard.held(Kind.REQUESTS)).isZero();
    }
}
