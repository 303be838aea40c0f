package dev.myriad.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Rules by pattern; the first that matches a topic is the topic's. Immutable. */
public final class TopicRules {
    /** No topic remembers anything. */
    public static final TopicRules NONE = new TopicRules(List.of());

    private record Entry(TopicPattern pattern, TopicRule rule) {}

    private final List<Entry> entries;

    private TopicRules(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * The same with a further rule.
     *
     * @throws IllegalArgumentException if no topic is left for it
     */
    public TopicRules with(TopicPattern pattern, TopicRule rule) {
        for (Entry earlier : entries) {
            if (earlier.pattern.shadows(pattern)) {
                throw new IllegalArgumentException(
                        "the rule of \"%s\" comes first and takes all topics of \"%s\": put the narrower one first"
                                .formatted(earlier.pattern, pattern));
            }
        }
        List<Entry> more = new ArrayList<>(entries);
        more.add(new Entry(pattern, rule));
        return new TopicRules(List.copyOf(more));
    }

    Optional<TopicRule> of(String topic) {
        for (Entry entry : entries) {
            if (entry.pattern.matches(topic)) {
                return Optional.of(entry.rule);
            }
        }
        return Optional.empty();
    }

    /** Whether there are topics whose values all nodes of a cluster share. */
    boolean sharesState() {
        return entries.stream()
                .map(Entry::rule)
                .anyMatch(rule -> rule.state().isPresent() && !rule.local());
    }

    /** For how long a topic whose messages all nodes share remembers them; zero if none does. */
    Duration sharedHistory() {
        return entries.stream()
                .map(Entry::rule)
                .filter(rule -> !rule.local())
                .flatMap(rule -> rule.history().stream())
                .map(HistoryRule::age)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
