package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets readers at the tables only while these are open and up to the log, a bounded number at once. A reader that finds the
 * database closed has it restored, and reads again: what was acknowledged is seen, or nothing is.
 */
final class ReadGate {

    /** Readers at once; more would only take turns on the processors. */
    static final int READERS_MAX = 32;

    private static final Duration PLACE_WAIT = Duration.ofSeconds(10);

    private final Semaphore places = new Semaphore(READERS_MAX);
    private volatile boolean open = true;
    private volatile Restorer restorer = (failure, generation) -> false;
    private final AtomicLong generation = new AtomicLong();

    /** Work that reads the tables. */
    interface Reading<T> {
        T read() throws SQLException;
    }

    /** Brings the tables back when they are closed. */
    interface Restorer {

        /**
         * Does what can be done about a failure.
         *
         * @param generation of the database that was read
         * @return whether the tables are open and up to the log
         */
        boolean restore(Exception failure, long generation);
    }

    void restoreWith(Restorer restoring) {
        this.restorer = restoring;
    }

    /** From here on nobody is let in; who is inside stays. */
    void shut() {
        open = false;
    }

    /** Lets readers in again, at another database. */
    void open() {
        generation.incrementAndGet();
        open = true;
    }

    /** Counts the databases that readers were let in at. */
    long generation() {
        return generation.get();
    }

    /** Waits until nobody is inside; false when somebody still is. To be called when the gate is shut. */
    boolean awaitEmpty(Duration longest) {
        try {
            if (places.tryAcquire(READERS_MAX, longest.toMillis(), TimeUnit.MILLISECONDS)) {
                places.release(READERS_MAX);
                return true;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /**
     * Reads what is committed.
     *
     * @throws StorageException if the database cannot be read at present, or every place is taken for too long
     */
    <T> T read(Reading<T> reading) {
        // An interrupt would close the file of the database under everybody, so it has to wait.
        boolean interrupted = Thread.interrupted();
        try {
            return readRestoring(reading);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T readRestoring(Reading<T> reading) {
        long before = generation.get();
        try {
            return readInside(reading);
        } catch (ReadFailedException failed) {
            if (!restorer.restore(failed.failure(), before)) {
                throw failed.asStorageException();
            }
        }
        try {
            return readInside(reading);
        } catch (ReadFailedException failedAgain) {
            throw failedAgain.asStorageException();
        }
    }

    private <T> T readInside(Reading<T> reading) throws ReadFailedException {
        enter();
        try {
            if (!open) {
                throw new SQLException("the tables are closed until they are up to the event log");
            }
            return reading.read();
        } catch (SQLException | StorageException failed) {
            throw new ReadFailedException(failed);
        } finally {
            places.release();
        }
    }

    private void enter() {
        try {
            if (places.tryAcquire(PLACE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        throw new StorageException(
                Remedy.RETRY,
                "all " + READERS_MAX + " reading sessions of the embedded database were busy for " + PLACE_WAIT,
                new IllegalStateException("no place within " + PLACE_WAIT));
    }

    /** Keeps a failure of the database apart from a want of places, which no restoring helps. */
    private static final class ReadFailedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Exception failure;

        ReadFailedException(Exception failure) {
            super(failure);
            this.failure = failure;
        }

        Exception failure() {
            return failure;
        }

        StorageException asStorageException() {
            return failure instanceof StorageException known
                    ? known
                    : new StorageException(Remedy.RETRY, "the embedded database cannot be read at present", failure);
        }
    }
}
