package dev.agentkernel.api.lifecycle;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The order in which the parts of a process start. They stop the other way round, and after all of them the storage is closed, as a
 * bean that they depend on.
 */
public enum StartOrder {
    /** The kernel works before the first request can come, and stops when the last one was answered. */
    KERNEL(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024),

    /** Workers end when their sockets are closed: what they held is given back then. */
    WORKERS(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1023),

    /** Pushing begins when the kernel works and ends before it stops: what is under way can still be settled. */
    DELIVERY(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 512),

    /** Sockets and streams end before the web server waits for requests under way: they would be under way for ever. */
    CONNECTIONS(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1);

    private final int phase;

    StartOrder(int phase) {
        this.phase = phase;
    }

    /** The phase, for a part that is a {@link SmartLifecycle} itself. */
    public int phase() {
        return phase;
    }

    /** A part at this place of the order. */
    public SmartLifecycle of(Runnable start, Runnable stop) {
        return new Part(phase, start, stop);
    }

    private static final class Part implements SmartLifecycle {

        private final int phase;
        private final Runnable start;
        private final Runnable stop;
        private volatile boolean running;

        Part(int phase, Runnable start, Runnable stop) {
            this.phase = phase;
            this.start = start;
            this.stop = stop;
        }

        @Override
        public void start() {
            start.run();
            running = true;
        }

        @Override
        public void stop() {
            stop.run();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }
}
