package dev.myriad.examples;

import dev.myriad.channels.Endpoint;
import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.Registry;
import dev.myriad.process.Request;
import dev.myriad.process.Supervisor;

/** Books that a supervisor opens again after a crash, and that are found by their name. */
public final class Ledger extends Process {
    record Book(long cents) {}

    record Booked() implements Request<Long> {}

    private final Registry<String> names;
    private long cents;

    Ledger(Registry<String> names) {
        this.names = names;
    }

    @Override
    protected void started() {
        names.register("ledger", this);
    }

    @Override
    protected void handle(Object message) {
        switch (message) {
            case Book(long amount) -> cents = Math.addExact(cents, amount);
            case Call(Booked _, Caller caller) -> caller.reply(cents);
            default -> throw new IllegalArgumentException("a ledger cannot " + message);
        }
    }

    static Supervisor supervised(Registry<String> names) {
        return Supervisor.oneForOne().child("ledger", () -> new Ledger(names)).start();
    }

    static void book(Registry<String> names, long amount) {
        names.lookup("ledger").ifPresent(ledger -> ledger.send(new Book(amount)));
    }

    /** First those who use the children, then the children. */
    static void stop(Endpoint endpoint, Supervisor supervisor) {
        endpoint.close();
        supervisor.stop(new ExitReason.Shutdown("bye"));
    }
}
