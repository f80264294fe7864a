package dev.agentkernel.webhooks.exchange;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The moment at which an exchange ends, whatever it is waiting for. Time limits of sockets count from one byte to the next and do
 * not count writes, so a watchdog closes the socket instead: whoever reads or writes gets an error at once.
 */
final class Deadline implements AutoCloseable {

    private final ScheduledExecutorService watchdog;
    private final long atNanos;
    private @Nullable Socket watched;
    private @Nullable Future<?> alarm;
    private boolean passed;

    Deadline(ScheduledExecutorService watchdog, Duration timeout) {
        this.watchdog = watchdog;
        this.atNanos = System.nanoTime() + timeout.toNanos();
        arm(timeout.toNanos());
    }

    /** From here on this socket is the one to close; at once if the moment has passed. */
    synchronized void watch(Socket transport) {
        watched = transport;
        if (passed) {
            Connection.close(transport);
        }
    }

    /** Brings the moment forward for what remains to be done. */
    synchronized void within(Duration less) {
        long left = Math.min(less.toNanos(), atNanos - System.nanoTime());
        cancel();
        arm(left);
    }

    /** Time until the moment, in milliseconds; at least 1 while it has not passed, at most the given limit. */
    int leftMillis(Duration most) {
        long left = TimeUnit.NANOSECONDS.toMillis(atNanos - System.nanoTime());
        return (int) Math.max(1, Math.min(most.toMillis(), left));
    }

    synchronized boolean hasPassed() {
        return passed || System.nanoTime() - atNanos >= 0;
    }

    private synchronized void arm(long nanos) {
        alarm = watchdog.schedule(this::pass, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private synchronized void pass() {
        passed = true;
        if (watched != null) {
            Connection.close(watched);
        }
    }

    private synchronized void cancel() {
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    /** The exchange is over: its socket is left alone from now on. */
    @Override
    public synchronized void close() {
        cancel();
        watched = null;
    }
}
