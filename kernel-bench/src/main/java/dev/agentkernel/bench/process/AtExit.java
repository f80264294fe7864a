package dev.agentkernel.bench.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Runs what is still registered when this process is asked to end, Ctrl-C included, the latest registration first: servers end
 * before their directory goes.
 */
final class AtExit {
    private static final Deque<Runnable> ACTIONS = new ArrayDeque<>();
    private static boolean hooked;

    private AtExit() {}

    static synchronized void register(Runnable action) {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(AtExit::runAll, "at-exit"));
            hooked = true;
        }
        ACTIONS.push(action);
    }

    static synchronized void unregister(Runnable action) {
        ACTIONS.remove(action);
    }

    private static void runAll() {
        List<Runnable> actions;
        synchronized (AtExit.class) {
            actions = new ArrayList<>(ACTIONS);
        }
        actions.forEach(Runnable::run);
    }
}
