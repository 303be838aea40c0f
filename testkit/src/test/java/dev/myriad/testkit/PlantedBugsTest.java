package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the seeded scheduler is worth: it finds a bug of each kind that is planted in the runtime's
 * own bytecode, within a bounded number of seeds, and finds none where none is planted.
 */
@Timeout(120)
class PlantedBugsTest {
    /** More with {@code -Dmyriad.seeds=100000}. */
    private static final int SEEDS = Integer.getInteger("myriad.seeds", 1_000);

    private static final ClassDesc MAILBOX = ClassDesc.of("dev.myriad.process.Mailbox");
    private static final ClassDesc MESSAGE = ClassDesc.of("dev.myriad.process.Message");

    /** Supervisors that give up say so, thousands of times here. */
    private static final Logger LOG = Logger.getLogger("dev.myriad.process.Process");

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                EveryMessageOnce.class,
                OneHandlerAtATime.class,
                EveryMonitorHearsOnce.class,
                EveryCallIsSettled.class,
                RestartsWithinIntensity.class
            })
    void theRuntimeAsItIsHasNone(Class<? extends LongConsumer> scenario) {
        LongConsumer sane = Mutant.sane().load(scenario);
        for (long seed = 0; seed < SEEDS; seed++) {
            sane.accept(seed);
        }
    }

    /** A process goes idle though a message came meanwhile. */
    @Test
    void aLostWakeUpIsFound() {
        isFound(
                Mutant.of("Mailbox", "idle", Mutant.alwaysTrue()),
                EveryMessageOnce.class,
                "is handled once");
    }

    /** A sender queues a process that runs. */
    @Test
    void aDoubleRunIsFound() {
        CodeTransform bug =
                (code, element) -> {
                    if (element instanceof BranchInstruction branch
                            && branch.opcode() == Opcode.IFNONNULL) {
                        Label runs = code.newLabel();
                        Label queue = code.newLabel();
                        code.dup()
                                .getstatic(MAILBOX, "RUN", MESSAGE)
                                .if_acmpeq(runs)
                                .ifnonnull(branch.target())
                                .goto_(queue)
                                .labelBinding(runs)
                                .pop()
                                .labelBinding(queue);
                    } else {
                        code.with(element);
                    }
                };
        isFound(Mutant.of("Mailbox", "push", bug), OneHandlerAtATime.class, "handlers at once");
    }

    /** A process that ends forgets what it has not read. */
    @Test
    void aLostDownIsFound() {
        isFound(
                Mutant.of("Mailbox", "dropAll", Mutant.nothing()),
                EveryMonitorHearsOnce.class,
                "every monitor hears one end");
    }

    /** A supervisor does not know when to give up. */
    @Test
    void aRestartStormIsFound() {
        isFound(
                Mutant.of("Intensity", "admits", Mutant.alwaysTrue()),
                RestartsWithinIntensity.class,
                "restarts within the intensity");
    }

    @Test
    void topicsAsTheyAreHaveNone() {
        EveryMemberKnows scenario = new EveryMemberKnows();
        for (long seed = 0; seed < SEEDS / 2; seed++) {
            scenario.accept(seed);
        }
    }

    /** Who goes is not told of. */
    @Test
    void aLostLeaveIsFound() {
        isFound(
                Mutant.ofTopics("Presence", "unlink", Mutant.nothing()),
                EveryMemberKnows.class,
                "present");
    }

    /** Who resumes gets one message that it had. */
    @Test
    void aDuplicateAfterResumeIsFound() {
        isFound(
                Mutant.ofTopics("MemoryHistory", "last", oneMore()),
                EveryMemberKnows.class,
                "gets each message once");
    }

    /** Who resumes gets nothing of what it missed. */
    @Test
    void aGapAtTheMomentOfJoinIsFound() {
        isFound(
                Mutant.ofTopics("TopicMemory", "missed", none()),
                EveryMemberKnows.class,
                "gets each message once");
    }

    /** A topic gets another memory while the first one is in use. */
    @Test
    void twoHomesAreFound() {
        isFound(
                Mutant.ofTopics("TopicMemory", "endIfEmpty", Mutant.alwaysTrue()),
                EveryMemberKnows.class,
                "resumes if it could");
    }

    private static CodeTransform oneMore() {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                code.iinc(1, 1);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
    }

    private static CodeTransform none() {
        ClassDesc list = ClassDesc.of("java.util.List");
        return (code, element) -> {
            if (element instanceof ReturnInstruction) {
                code.pop().invokestatic(list, "of", MethodTypeDesc.of(list), true);
            }
            code.with(element);
        };
    }

    private static void isFound(
            Mutant mutant, Class<? extends LongConsumer> scenario, String invariant) {
        OptionalLong seed = mutant.firstFailure(scenario, SEEDS, invariant);
        assertThat(mutant.planted()).as("methods changed").isEqualTo(1);
        assertThat(seed).as("the seed that finds it").isPresent();
        System.out.println(scenario.getSimpleName() + " fails with seed " + seed.getAsLong());
        assertThatThrownBy(() -> mutant.load(scenario).accept(seed.getAsLong()))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed " + seed.getAsLong() + ":")
                .hasMessageContaining(invariant);
    }
}
