package dev.agentkernel.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What must not have happened, each told when it is found. Safe for use by many threads. */
final class Violations {

    /** A kernel that is wrong is wrong thousands of times; the first ones tell why. */
    private static final int TOLD_MAX = 100;

    private final Consumer<String> tell;
    private final List<String> told = new ArrayList<>();
    private long count;

    Violations(Consumer<String> tell) {
        this.tell = tell;
    }

    synchronized void add(String what) {
        count++;
        if (told.size() < TOLD_MAX) {
            told.add(what);
            tell.accept("VIOLATION: " + what);
        }
    }

    synchronized long count() {
        return count;
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }
}
