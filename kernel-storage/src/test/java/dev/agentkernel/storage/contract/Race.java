package dev.agentkernel.storage.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs things at the same time. */
public final class Race {

    private static final long PATIENCE_SECONDS = 50;

    private Race() {}

    public interface Runner {
        void run() throws Exception;
    }

    /** Starts all runners at one moment, and returns when all are through; fails as the first of them that failed. */
    public static void run(List<Runner> runners) throws Exception {
        CyclicBarrier start = new CyclicBarrier(runners.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Runner runner : runners) {
                running.add(threads.submit(() -> {
                    start.await();
                    runner.run();
                    return null;
                }));
            }
            try {
                for (Future<?> each : running) {
                    each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
