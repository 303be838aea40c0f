package dev.myriad.pubsub;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who is in a topic. Clients know it as of the last {@link #apply}; what has changed since waits,
 * and whoever came and went meanwhile they never hear of. So for each join that they hear there is
 * exactly one leave. Guarded by the topic's {@link TopicMemory}.
 */
final class Presence {
    private static final Payload NOBODY = Payload.EMPTY;

    /**
     * Fewer than any topic has joins in the time, so that a topic that is begun anew repeats no
     * ref.
     */
    private static final long MICROS_A_REF = 4;

    private final PresenceRule rule;
    private final String tag;

    /** What clients know: the metas of each key, in the order in which the keys came. */
    private final Map<String, Tracked> members = new LinkedHashMap<>();

    /** Those of mode {@link PresenceRule.Mode#SAMPLED} whom clients know. */
    private final Set<String> shown = new LinkedHashSet<>();

    private Set<Tracked> joins = new LinkedHashSet<>();
    private Set<Tracked> leaves = new LinkedHashSet<>();
    private long lastRef;
    private long bytes;

    /** Those of this node that clients know or will hear of. */
    private int ours;

    /** Those of other nodes. */
    private final Map<Elsewhere, Tracked> elsewhere = new HashMap<>();

    private record Elsewhere(long origin, long id) {}

    /** What one who comes now is told, and whether it is to be told to all. */
    private Optional<Encodings> state = Optional.empty();

    private boolean anew;

    /** What is taken out and not applied yet. */
    private Optional<Change> taken = Optional.empty();

    /** What has changed, taken out to be told. */
    record Change(Collection<Tracked> joins, Collection<Tracked> leaves) {
        boolean isEmpty() {
            return joins.isEmpty() && leaves.isEmpty();
        }
    }

    /**
     * @param tag what makes the refs of this node its own
     */
    Presence(PresenceRule rule, long nowMillis, String tag) {
        this.rule = rule;
        this.tag = tag;
        this.lastRef = nowMillis * 1000 / MICROS_A_REF;
    }

    PresenceRule rule() {
        return rule;
    }

    Tracked track(String key, byte[] meta) {
        return enter(new Tracked(key, meta, ++lastRef, Optional.empty(), tag));
    }

    /** Puts another meta in the place of one. */
    Tracked update(Tracked before, byte[] meta) {
        boolean told = untrack(before);
        Optional<Long> previous = told ? Optional.of(before.ref) : before.before;
        return enter(new Tracked(before.key(), meta, ++lastRef, previous, tag));
    }

    private Tracked enter(Tracked tracked) {
        joins.add(tracked);
        bytes += tracked.bytes();
        ours += tracked.ours ? 1 : 0;
        return tracked;
    }

    /** Someone is present on another node; the second time it does nothing. */
    void trackElsewhere(Cluster.Member member, OptionalLong replaced) {
        replaced.ifPresent(id -> untrackElsewhere(member.origin(), id));
        Elsewhere place = new Elsewhere(member.origin(), member.id());
        if (!elsewhere.containsKey(place)) {
            elsewhere.put(place, enter(new Tracked(member)));
        }
    }

    /** Someone is present there no longer; the second time it does nothing. */
    void untrackElsewhere(long origin, long id) {
        Tracked tracked = elsewhere.remove(new Elsewhere(origin, id));
        if (tracked != null) {
            boolean _ = untrack(tracked);
        }
    }

    /** Whether clients have heard of it, or are just hearing. The second time it does nothing. */
    boolean untrack(Tracked tracked) {
        if (tracked.gone) {
            return false;
        }
        tracked.gone = true;
        bytes -= tracked.bytes();
        if (joins.remove(tracked)) {
            ours -= tracked.ours ? 1 : 0;
            return false;
        }
        return leaves.add(tracked);
    }

    /** Clients have missed something: they are to be told all. */
    void tellAnew() {
        anew = true;
    }

    boolean hasChanged() {
        return anew || !joins.isEmpty() || !leaves.isEmpty();
    }

    /** Whether nobody of this node is here, and it has told so. */
    boolean isEmpty() {
        return ours == 0 && taken.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** How many keys clients know of. */
    int count() {
        return members.size();
    }

    /** Takes out what is to be told. */
    Change take() {
        Change change = new Change(joins, leaves);
        joins = new LinkedHashSet<>();
        leaves = new LinkedHashSet<>();
        taken = Optional.of(change);
        return change;
    }

    /**
     * A change could not be told: it is still to be, and all is, since some of it may have been.
     */
    void putBack(Change change) {
        for (Tracked each : change.joins()) {
            if (!isLinked(each)) {
                if (leaves.remove(each)) {
                    ours -= each.ours ? 1 : 0;
                } else {
                    joins.add(each);
                }
            }
        }
        for (Tracked each : change.leaves()) {
            if (isLinked(each)) {
                leaves.add(each);
            }
        }
        taken = Optional.empty();
        anew = true;
    }

    private boolean isLinked(Tracked tracked) {
        for (Tracked each = members.get(tracked.key()); each != null; each = each.next) {
            if (each == tracked) {
                return true;
            }
        }
        return false;
    }

    /** A change becomes what clients know, and is told by these messages. */
    void apply(Change change, TopicMemory.Teller teller) {
        Map<String, List<Tracked>> left = new LinkedHashMap<>();
        Map<String, List<Tracked>> joined = new LinkedHashMap<>();
        int before = members.size();
        for (Tracked each : change.leaves()) {
            if (shows(each.key())) {
                left.computeIfAbsent(each.key(), _ -> new ArrayList<>(1)).add(each);
            }
            unlink(each);
            ours -= each.ours ? 1 : 0;
        }
        for (Tracked each : change.joins()) {
            link(each);
            if (shows(each.key())) {
                joined.computeIfAbsent(each.key(), _ -> new ArrayList<>(1)).add(each);
            }
        }
        if (rule.mode() == PresenceRule.Mode.SAMPLED) {
            showMore(joined);
        }
        state = Optional.empty();
        taken = Optional.empty();
        if (anew) {
            anew = false;
            first(teller);
            return;
        }
        if (!joined.isEmpty() || !left.isEmpty()) {
            teller.tell(Events.PRESENCE_DIFF, diff(joined, left));
        }
        if (rule.mode() != PresenceRule.Mode.FULL && members.size() != before) {
            teller.tell(Events.PRESENCE_COUNT, counted());
        }
    }

    /** What one who comes is told. */
    void first(TopicMemory.Teller teller) {
        if (rule.mode() != PresenceRule.Mode.COUNT) {
            teller.tell(Events.PRESENCE_STATE, state());
        }
        if (rule.mode() != PresenceRule.Mode.FULL) {
            teller.tell(Events.PRESENCE_COUNT, counted());
        }
    }

    private boolean shows(String key) {
        return switch (rule.mode()) {
            case FULL -> true;
            case COUNT -> false;
            case SAMPLED -> shown.contains(key);
        };
    }

    /** Fills up the sample with those who are here longest. */
    private void showMore(Map<String, List<Tracked>> joined) {
        shown.removeIf(key -> !members.containsKey(key));
        if (shown.size() == rule.sample() || shown.size() == members.size()) {
            return;
        }
        for (Map.Entry<String, Tracked> member : members.entrySet()) {
            if (shown.add(member.getKey())) {
                List<Tracked> metas =
                        joined.computeIfAbsent(member.getKey(), _ -> new ArrayList<>(1));
                each(member.getValue(), metas::add);
            }
            if (shown.size() == rule.sample()) {
                return;
            }
        }
    }

    private void link(Tracked tracked) {
        tracked.next = members.get(tracked.key());
        members.put(tracked.key(), tracked);
    }

    private void unlink(Tracked tracked) {
        Tracked first = members.get(tracked.key());
        if (first == tracked) {
            if (tracked.next == null) {
                members.remove(tracked.key());
            } else {
                members.put(tracked.key(), tracked.next);
            }
            return;
        }
        for (Tracked each = first; each != null; each = each.next) {
            if (each.next == tracked) {
                each.next = tracked.next;
                return;
            }
        }
    }

    /** The oldest first, as clients have them who heard of each. */
    private static void each(Tracked newest, Consumer<Tracked> action) {
        List<Tracked> metas = new ArrayList<>(1);
        for (Tracked tracked = newest; tracked != null; tracked = tracked.next) {
            metas.add(tracked);
        }
        metas.reversed().forEach(action);
    }

    /** Everybody now, those whom clients do not know yet too. */
    Map<String, List<Payload>> list(JsonCodec codec) {
        Map<String, List<Payload>> all = new LinkedHashMap<>();
        Consumer<Tracked> add =
                tracked -> {
                    if (!tracked.gone) {
                        all.computeIfAbsent(tracked.key(), _ -> new ArrayList<>(1))
                                .add(tracked.meta(codec));
                    }
                };
        members.values().forEach(first -> each(first, add));
        taken.ifPresent(change -> change.joins().forEach(add));
        joins.forEach(add);
        return all;
    }

    // ---- JSON

    private Encodings state() {
        return state.orElseGet(
                () -> {
                    JsonText text = new JsonText((int) Math.min(1 << 20, 16 + bytes / 4));
                    text.ascii("{");
                    members.forEach(
                            (key, first) -> {
                                if (shows(key)) {
                                    begin(text, key);
                                    each(first, tracked -> text.json(tracked.json()).ascii(","));
                                    end(text, first);
                                }
                            });
                    Encodings made = new Encodings(Payload.json(closed(text)));
                    state = Optional.of(made);
                    return made;
                });
    }

    private static Encodings diff(
            Map<String, List<Tracked>> joined, Map<String, List<Tracked>> left) {
        JsonText text = new JsonText(256).ascii("{\"joins\":");
        grouped(text, joined);
        text.ascii(",\"leaves\":");
        grouped(text, left);
        return new Encodings(Payload.json(text.ascii("}").toByteArray()));
    }

    private static void grouped(JsonText text, Map<String, List<Tracked>> byKey) {
        text.ascii("{");
        byKey.forEach(
                (key, metas) -> {
                    begin(text, key);
                    metas.forEach(tracked -> text.json(tracked.json()).ascii(","));
                    end(text, metas.getFirst());
                });
        if (!byKey.isEmpty()) {
            text.removeLast();
        }
        text.ascii("}");
    }

    private static void begin(JsonText text, String key) {
        text.string(key).ascii(":{\"metas\":[");
    }

    private static void end(JsonText text, Tracked first) {
        text.removeLast().ascii("]");
        if (first.beside.length > 0) {
            text.ascii(",").json(first.beside);
        }
        text.ascii("},");
    }

    private byte[] closed(JsonText text) {
        return text.length() == 1 ? NOBODY.bytes() : text.removeLast().ascii("}").toByteArray();
    }

    private Encodings counted() {
        return new Encodings(
                Payload.json(
                        new JsonText(32)
                                .ascii("{\"count\":")
                                .number(members.size())
                                .ascii("}")
                                .toByteArray()));
    }
}
