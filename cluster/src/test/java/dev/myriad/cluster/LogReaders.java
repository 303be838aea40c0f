package dev.myriad.cluster;

import dev.myriad.pubsub.HistoryRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Some nodes with one log, whose time goes on when it is told to. */
final class LogReaders {
    final Network network = new Network(new Random(1));
    private final List<Network.Line> lines = new ArrayList<>();
    private final List<LogReader> nodes = new ArrayList<>();
    private long nanos;

    LogReader add(String name, LogKind kind, List<String> topics) {
        return add(name, kind, topics, HistoryRule.last(1_000));
    }

    LogReader add(String name, LogKind kind, List<String> topics, HistoryRule rule) {
        Network.Line line = network.line();
        lines.add(line);
        LogReader node =
                new LogReader(
                        new BusCluster(
                                "test",
                                name,
                                lines.size(),
                                line,
                                line.log(LogKind.HISTORIES),
                                line.log(LogKind.STATES),
                                () -> nanos,
                                () -> nanos / 1_000_000),
                        kind,
                        topics,
                        rule);
        nodes.add(node);
        return node;
    }

    /** How a node is connected, by the order in which they came. */
    Network.Line line(int node) {
        return lines.get(node);
    }

    List<LogReader> nodes() {
        return nodes;
    }

    /** So long that a log which does not answer is given up. */
    void passLong() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            pass();
        }
    }

    /** Some seconds: all that is under way comes, and what is to be read is. */
    void pass() throws InterruptedException {
        pass(50);
    }

    /** So many tenths of a second. */
    void pass(int tenths) throws InterruptedException {
        for (int i = 0; i < tenths; i++) {
            nanos += 100_000_000;
            for (LogReader node : nodes) {
                node.cluster.look();
                for (SharedLog log : node.cluster.logs()) {
                    boolean _ = log.read(0);
                }
            }
            for (Network.Line line : lines) {
                line.steps();
            }
        }
    }
}
