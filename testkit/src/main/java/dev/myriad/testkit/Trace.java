package dev.myriad.testkit;

import dev.myriad.process.Process;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulation did, in names that are the same in each run: a process that has no name of its
 * own is numbered when it first gets mail. Confined to the coroutine that holds the baton.
 */
final class Trace {
    private static final int TAIL = 20;

    private final List<Simulation.Step> steps = new ArrayList<>();
    private final Map<Process, Work.Turn> turns = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private int number;

    void add(long nanos, String name) {
        steps.add(new Simulation.Step(Duration.ofNanos(nanos), name));
    }

    List<Simulation.Step> steps() {
        return List.copyOf(steps);
    }

    /** The last steps, one a line. */
    String tail() {
        StringBuilder text = new StringBuilder();
        int first = Math.max(0, steps.size() - TAIL);
        for (int i = first; i < steps.size(); i++) {
            text.append("%n  step %d: %s".formatted(i + 1, steps.get(i)));
        }
        return text.toString();
    }

    Work.Turn turnOf(Process process) {
        return turns.computeIfAbsent(process, p -> new Work.Turn(nameOf(p), ++number, p));
    }

    Work.Fork fork(Runnable task) {
        return new Work.Fork(numbered("fork"), ++number, task);
    }

    private String nameOf(Process process) {
        String name = process.toString();
        String type = process.getClass().getName();
        String given = type + "@" + Integer.toHexString(process.hashCode());
        return name.equals(given) ? numbered(type.substring(type.lastIndexOf('.') + 1)) : name;
    }

    private String numbered(String name) {
        return name + "#" + numbers.merge(name, 1, Integer::sum);
    }
}
