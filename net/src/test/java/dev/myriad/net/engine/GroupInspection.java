package dev.myriad.net.engine;

import dev.myriad.net.Group;

/** Looks inside a group for the tests. */
public final class GroupInspection {
    private GroupInspection() {}

    /** Whether no connection is a member. */
    public static boolean isEmpty(Group group) {
        return ((ShardedGroup) group).isEmpty();
    }
}
