package dev.myriad.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A {@link FaultNode} as it is seen from here. */
final class FaultyNode implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    final String name;
    private final Process process;
    private JsonNode before = MissingNode.getInstance();
    private JsonNode newest = MissingNode.getInstance();
    private final BufferedReader said;
    private final BufferedWriter orders;

    FaultyNode(String nats, String name) {
        this.name = name;
        process = Jvm.start(FaultNode.class, nats, name);
        said = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    JsonNode ask(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
            String answer = said.readLine();
            if (answer == null) {
                throw new BenchException(name + " has ended.");
            }
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new BenchException(name + " has ended.", e);
        }
    }

    JsonNode report() {
        newest = ask("report");
        return newest;
    }

    /** What it told last is what is looked at from now on. */
    void begin() {
        before = report();
    }

    /** How many more there are of something since the beginning. */
    long more(ToLongFunction<JsonNode> what) {
        return what.applyAsLong(newest) - what.applyAsLong(before);
    }

    JsonNode before() {
        return before;
    }

    JsonNode newest() {
        return newest;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
