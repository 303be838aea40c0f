package dev.myriad.process;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** What a handler may throw, each in its own way hostile to who handles it. */
@SuppressWarnings({"ImmutableEnumChecker", "InfiniteRecursion", "OverrideThrowableToString"})
enum Nasty {
    A_PLAIN_EXCEPTION(() -> new IllegalStateException("planted")),
    A_CHECKED_ONE_THAT_NOBODY_DECLARED(() -> new Exception("planted")),
    A_THROWABLE_THAT_IS_NEITHER(() -> new Throwable("planted")),
    ONE_WHOSE_MESSAGE_THROWS(
            () ->
                    new RuntimeException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalStateException("planted");
                        }
                    }),
    ONE_WHOSE_MESSAGE_THROWS_ITSELF(
            () ->
                    new RuntimeException() {
                        @Override
                        public String getMessage() {
                            throw this;
                        }
                    }),
    ONE_WHOSE_TEXT_THROWS_AN_ERROR(
            () ->
                    new Error() {
                        @Override
                        public String toString() {
                            throw new NoClassDefFoundError("planted");
                        }
                    }),
    ONE_WHOSE_CAUSE_THROWS(
            () ->
                    new RuntimeException() {
                        @Override
                        public synchronized Throwable getCause() {
                            throw this;
                        }
                    }),
    ONE_WHOSE_MESSAGE_CALLS_ITSELF(
            () ->
                    new RuntimeException() {
                        @Override
                        public String getMessage() {
                            return getMessage() + "!";
                        }
                    }),
    ONE_WHOSE_MESSAGE_NEVER_COMES(
            () ->
                    new RuntimeException() {
                        @Override
                        public String getMessage() {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return "interrupted";
                        }
                    }),
    ONE_THAT_CAUSES_ITSELF(
            () -> {
                Exception first = new Exception("first");
                Exception second = new Exception("second", first);
                first.initCause(second);
                first.addSuppressed(second);
                return first;
            }),
    ONE_WITHOUT_A_STACK(
            () ->
                    new Throwable("planted", null, false, false) {
                        @Override
                        public StackTraceElement[] getStackTrace() {
                            throw new IllegalStateException("planted");
                        }
                    }),
    A_STACK_OVERFLOW(
            () -> {
                try {
                    return new Error("recursed " + recurse(1));
                } catch (StackOverflowError e) {
                    return e;
                }
            }),
    OUT_OF_MEMORY(() -> new OutOfMemoryError("planted")),
    A_LINKAGE_ERROR(() -> new NoClassDefFoundError("planted")),
    AN_INTERNAL_ERROR(() -> new InternalError("planted")),
    A_DEATH(
            () ->
                    new Error() {
                        @Override
                        public synchronized Throwable fillInStackTrace() {
                            return this;
                        }
                    });

    private final Supplier<Throwable> made;

    Nasty(Supplier<Throwable> made) {
        this.made = made;
    }

    Throwable make() {
        return made.get();
    }

    /** Throws a new one, declared or not. */
    RuntimeException raise() {
        throw Nasty.<RuntimeException>undeclared(make());
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T undeclared(Throwable cause) throws T {
        throw (T) cause;
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }
}
