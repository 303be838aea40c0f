package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/**
 * A supervisor's children in the order in which they were first started, a linked list. The
 * supervisor alone changes it; others may walk forwards through it meanwhile and see each child
 * that is in it all the time.
 */
final class ChildList {
    private volatile @Nullable Child first;
    private @Nullable Child last;

    @Nullable Child first() {
        return first;
    }

    @Nullable Child last() {
        return last;
    }

    void add(Child child) {
        Child before = last;
        child.previous = before;
        child.listed = true;
        last = child;
        if (before == null) {
            first = child;
        } else {
            before.next = child;
        }
    }

    void remove(Child child) {
        if (!child.listed) {
            return;
        }
        child.listed = false;
        Child before = child.previous;
        Child after = child.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        child.previous = null;
    }
}
