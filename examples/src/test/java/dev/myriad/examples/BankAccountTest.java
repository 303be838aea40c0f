package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.examples.BankAccount.Balance;
import dev.myriad.examples.BankAccount.Deposit;
import dev.myriad.examples.BankAccount.Withdraw;
import dev.myriad.process.CallException;
import dev.myriad.process.Process;
import dev.myriad.testkit.Simulation;
import org.junit.jupiter.api.Test;

class BankAccountTest {
    @Test
    void paysOutWhatWasPaidIn() {
        BankAccount account = Process.spawn(new BankAccount());
        account.send(new Deposit(10_00));
        assertThat(account.call(new Withdraw(3_00))).isTrue();
        assertThat(account.call(new Withdraw(9_00))).isFalse();
        assertThat(account.call(new Balance())).isEqualTo(7_00);
    }

    @Test
    void anUnknownOrderEndsIt() {
        BankAccount account = Process.spawn(new BankAccount());
        account.send("close");
        assertThatThrownBy(() -> account.call(new Balance())).isInstanceOf(CallException.class);
    }

    @Test
    void isNeverOverdrawnInWhateverOrder() {
        Simulation.seeds(100)
                .run(
                        sim -> {
                            BankAccount account = Process.spawn(new BankAccount());
                            sim.fork(() -> account.send(new Deposit(5)));
                            sim.fork(() -> account.call(new Withdraw(5)));
                            sim.runUntilIdle();
                            assertThat(account.call(new Balance())).isIn(0L, 5L);
                        });
    }
}
