package dev.myriad.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The process runtime, topics, channels and the simulation, loaded afresh: with a bug planted in
 * one method, or as they are. Simulations of the runtime take turns between the steps of a mailbox,
 * too. Confined to its thread.
 */
final class Mutant extends ClassLoader {
    private static final List<String> RELOADED =
            List.of(
                    "dev.myriad.process.",
                    "dev.myriad.pubsub.",
                    "dev.myriad.channels.",
                    "dev.myriad.testkit.");
    private static final String POINTS = "dev.myriad.process.points";

    private final String mutated;
    private final String method;
    private final CodeTransform bug;
    private final AtomicInteger planted = new AtomicInteger();
    private final boolean points;

    private Mutant(String mutated, String method, CodeTransform bug, boolean points) {
        super(Mutant.class.getClassLoader());
        this.points = points;
        this.mutated = mutated;
        this.method = method;
        this.bug = bug;
    }

    /** The runtime as it is. */
    static Mutant sane() {
        return new Mutant("none", "none", CodeTransform.ACCEPT_ALL, true);
    }

    /** The runtime with one method changed; the transform is to change something. */
    static Mutant of(String type, String method, CodeTransform bug) {
        return new Mutant("dev.myriad.process." + type, method, bug, true);
    }

    /** As above with a method of the topics changed, where a lock may be held at a step. */
    static Mutant ofTopics(String type, String method, CodeTransform bug) {
        return new Mutant("dev.myriad.pubsub." + type, method, bug, false);
    }

    /** Replaces a method by one that does nothing. */
    static CodeTransform nothing() {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                code.return_();
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {}
        };
    }

    /** Makes a method answer true, having done the same as ever. */
    static CodeTransform alwaysTrue() {
        return (code, element) -> {
            if (element instanceof ReturnInstruction) {
                code.pop().iconst_1();
            }
            code.with(element);
        };
    }

    /** How many methods were changed. */
    int planted() {
        return planted.get();
    }

    /** The first of so many seeds with which a scenario fails, with a message of that kind. */
    OptionalLong firstFailure(
            Class<? extends LongConsumer> scenario, int seeds, String messagePart) {
        LongConsumer fresh = load(scenario);
        for (long seed = 0; seed < seeds; seed++) {
            try {
                fresh.accept(seed);
            } catch (AssertionError e) {
                if (String.valueOf(e.getMessage()).contains(messagePart)) {
                    return OptionalLong.of(seed);
                }
            }
        }
        return OptionalLong.empty();
    }

    /** The scenario with this runtime. */
    LongConsumer load(Class<? extends LongConsumer> scenario) {
        String before = System.getProperty(POINTS);
        System.setProperty(POINTS, Boolean.toString(points));
        try {
            Class.forName("dev.myriad.process.Scheduler", true, this);
            return loadClass(scenario.getName())
                    .asSubclass(LongConsumer.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a scenario has a public constructor", e);
        } finally {
            if (before == null) {
                System.clearProperty(POINTS);
            } else {
                System.setProperty(POINTS, before);
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (RELOADED.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = read(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        byte[] made = name.equals(mutated) ? mutate(bytes) : bytes;
        return defineClass(name, made, 0, made.length);
    }

    private byte @Nullable [] read(String name) {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] mutate(byte[] bytes) {
        ClassFile classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(getParent())
                                        .orElse(ClassHierarchyResolver.defaultResolver())));
        return classFile.transformClass(
                classFile.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        model -> {
                            boolean it = model.methodName().equalsString(method);
                            planted.addAndGet(it ? 1 : 0);
                            return it;
                        },
                        bug));
    }
}
