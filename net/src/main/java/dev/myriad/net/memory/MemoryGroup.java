package dev.myriad.net.memory;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Members by shard, each set confined to its shard's thread. Thread-safe. */
final class MemoryGroup implements Group {
    private final List<MemoryShard> shards;
    private final List<Set<MemoryConnection>> members;

    MemoryGroup(List<MemoryShard> shards) {
        this.shards = shards;
        this.members =
                shards.stream().<Set<MemoryConnection>>map(_ -> new LinkedHashSet<>()).toList();
    }

    @Override
    public void add(Connection connection, byte[] firstFrames) {
        MemoryConnection member = (MemoryConnection) connection;
        member.shard()
                .ask(
                        () -> {
                            if (firstFrames.length > 0) {
                                member.deliver(firstFrames);
                            }
                            if (member.isOpen() && of(member.shard()).add(member)) {
                                member.entered(this);
                            }
                        });
    }

    @Override
    public void remove(Connection connection) {
        MemoryConnection member = (MemoryConnection) connection;
        member.shard()
                .ask(
                        () -> {
                            of(member.shard()).remove(member);
                            member.left(this);
                        });
    }

    @Override
    public void send(byte[] frames, @Nullable Connection except) {
        for (MemoryShard shard : shards) {
            shard.ask(
                    () -> {
                        for (MemoryConnection member : of(shard)) {
                            if (!member.equals(except)) {
                                member.deliver(frames);
                            }
                        }
                    });
        }
    }

    @Override
    public void sendAs(Connection sender, byte[] frames) {
        sender.send(frames);
        send(frames, sender);
    }

    /** A member's connection is gone. Called on its shard's thread. */
    void forget(MemoryConnection member) {
        of(member.shard()).remove(member);
    }

    private Set<MemoryConnection> of(MemoryShard shard) {
        return members.get(shard.number());
    }
}
