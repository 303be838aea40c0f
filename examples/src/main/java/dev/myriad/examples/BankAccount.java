package dev.myriad.examples;

import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.Process;
import dev.myriad.process.Request;

/** An account whose balance nobody else can touch: it is asked, one question at a time. */
public final class BankAccount extends Process {
    /** Puts money in. Nobody waits for it. */
    public record Deposit(long cents) {}

    /** Takes money out; the answer says whether there was enough. */
    public record Withdraw(long cents) implements Request<Boolean> {}

    /** Asks how much there is. */
    public record Balance() implements Request<Long> {}

    private long cents;

    @Override
    protected void handle(Object message) {
        switch (message) {
            case Deposit(long amount) -> cents += amount;
            case Call(Withdraw(long amount), Caller caller) -> {
                boolean enough = amount <= cents;
                if (enough) {
                    cents -= amount;
                }
                caller.reply(enough);
            }
            case Call(Balance _, Caller caller) -> caller.reply(cents);
            default -> throw new IllegalArgumentException("an account cannot " + message);
        }
    }

    static void main() {
        BankAccount account = Process.spawn(new BankAccount());
        account.send(new Deposit(10_00));
        IO.println("took 3.00: " + account.call(new Withdraw(3_00)));
        IO.println("took 9.00: " + account.call(new Withdraw(9_00)));
        IO.println("cents left: " + account.call(new Balance()));
    }
}
