package dev.myriad.net.engine;

import org.jspecify.annotations.Nullable;

/** A wire's place in one group. Confined to its shard's thread. */
final class Membership {
    final Members members;
    int index;
    @Nullable Membership next;

    Membership(Members members, int index, @Nullable Membership next) {
        this.members = members;
        this.index = index;
        this.next = next;
    }
}
