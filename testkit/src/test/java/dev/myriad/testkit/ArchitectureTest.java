package dev.myriad.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house has one direction: a module imports those before it, never one after it. */
class ArchitectureTest {
    private static final List<String> ORDER =
            List.of(
                    "log",
                    "protocol",
                    "process",
                    "tokens",
                    "net",
                    "longpoll",
                    "pubsub",
                    "channels",
                    "jwt",
                    "micrometer",
                    "cluster",
                    "server",
                    "bench");

    /** Modules beside {@code net} whose packages lie within its own. */
    private static final List<String> ADAPTERS = List.of("net-netty", "net-memory");

    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .importPaths(
                            Stream.concat(ORDER.stream(), ADAPTERS.stream())
                                    .map(module -> Path.of("..", module, "target", "classes"))
                                    .filter(Files::isDirectory)
                                    .toList());

    @Test
    void allModulesAreLookedAt() {
        for (String module : ORDER) {
            assertThat(ALL.stream().anyMatch(c -> c.getPackageName().equals(of(module))))
                    .as("classes of module %s", module)
                    .isTrue();
        }
    }

    @TestFactory
    List<DynamicTest> importsPointOneWay() {
        return ORDER.stream()
                .map(
                        module ->
                                DynamicTest.dynamicTest(
                                        module,
                                        () -> {
                                            for (String later : after(module)) {
                                                noClasses()
                                                        .that()
                                                        .resideInAPackage(of(module) + "..")
                                                        .should()
                                                        .dependOnClassesThat()
                                                        .resideInAPackage(of(later) + "..")
                                                        .check(ALL);
                                            }
                                        }))
                .toList();
    }

    @Test
    void theServerAndTheBenchAreLeaves() {
        noClasses()
                .that()
                .resideInAPackage(of("bench") + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(of("server") + "..")
                .check(ALL);
    }

    /** Who serves by io_uring ships no Netty. */
    @Test
    void onlyTheAdapterKnowsNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.myriad.net.netty..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.myriad.net.netty..", "io.netty..")
                .check(ALL);
    }

    @Test
    void netNeedsTheJdkAlone() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.myriad.net", "dev.myriad.net.engine", "dev.myriad.net.uring")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.myriad.log",
                        "dev.myriad.protocol",
                        "dev.myriad.net",
                        "dev.myriad.net.engine",
                        "dev.myriad.net.uring")
                .check(ALL);
    }

    /**
     * One package for its rings, and one class that has hogs served last; and the load generator,
     * which drives the rings of that package from the other end.
     */
    @Test
    void onlyTheseTalkToTheKernel() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.myriad.net.uring", "dev.myriad.bench")
                .and()
                .haveNameNotMatching("dev\\.myriad\\.process\\.KernelThreads(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign")
                .check(ALL);
    }

    @Test
    void tokensNeedTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(of("tokens") + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        of("tokens") + "..", "java..", "javax.crypto..", "org.jspecify..")
                .check(ALL);
    }

    /** Who does not verify JSON Web Tokens does not carry the library for it. */
    @Test
    void onlyOneModuleKnowsJwt() {
        noClasses()
                .that()
                .resideOutsideOfPackage(of("jwt") + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(of("jwt") + "..", "com.nimbusds..")
                .check(ALL);
    }

    /** Who has no cluster ships no client of NATS. */
    @Test
    void onlyOneModuleKnowsNats() {
        noClasses()
                .that()
                .resideOutsideOfPackage(of("cluster") + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nats..")
                .check(ALL);
    }

    /** What serves in production does not know the transport that is for tests. */
    @Test
    void nobodyUsesTheTransportInMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.myriad.net.memory..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.myriad.net.memory..")
                .check(ALL);
    }

    /**
     * A log may block, and so may standard output: all lines go by the module that knows how. The
     * server greets on its main thread, which has nothing else to do; the load generator is no
     * server, nor is what shows a cluster of servers.
     */
    @Test
    void nobodyButTheLogWrites() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.myriad.log", "dev.myriad.bench..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System$Logger")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging", "org.slf4j..")
                .orShould()
                .callMethod(System.class, "getLogger", String.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.myriad.bench..")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.server.Server")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.server.ClusterHere")
                .and() // the sentence with which a start ends that failed
                .doNotHaveFullyQualifiedName("dev.myriad.server.Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.IO")
                .check(ALL);
    }

    /**
     * What lasts goes by a clock that nobody sets. The time of day is for what is told by it: the
     * expiry of tokens and of what they let in, the date in answers, and when something was said in
     * the demo's chat.
     */
    @Test
    void onlyExpiryAndDatesGoByTheTimeOfDay() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.myriad.bench..")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.channels.SystemClock")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.tokens.Token")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.protocol.HttpDate")
                .and()
                .doNotHaveFullyQualifiedName("dev.myriad.server.demo.ChatRoom")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callConstructor(Date.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .check(ALL);
    }

    @Test
    void nobodyUsesUnsafe() {
        noClasses().should().dependOnClassesThat().resideInAPackage("sun.misc").check(ALL);
    }

    @Test
    void transportsAreClosedForExtension() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.myriad.net.uring", "dev.myriad.net.netty", "dev.myriad.net.memory")
                .and()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(ALL);
    }

    private static List<String> after(String module) {
        return ORDER.subList(ORDER.indexOf(module) + 1, ORDER.size());
    }

    private static String of(String module) {
        return "dev.myriad." + module;
    }
}
