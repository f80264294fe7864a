package dev.agentkernel.core.commit;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tells the time that decisions see: the clock's, but never before the latest record that this process knows of. What is stamped
 * by it does not seem long expired to a decision when the clock has been set back. Safe for use by many threads.
 */
public final class LogClock implements InstantSource, CommitListener {

    private final InstantSource clock;
    private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.MIN);

    /** Makes a clock that knows of no record yet. */
    public LogClock(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return later(clock.instant(), latest.get());
    }

    /** There is a record of this time. */
    public void advanceTo(Instant recorded) {
        latest.accumulateAndGet(recorded, LogClock::later);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    @Override
    public void durable(List<StampedRecord> records) {
        if (!records.isEmpty()) {
            advanceTo(records.getLast().time());
        }
    }

    @Override
    public void committed(int mutations, List<StampedRecord> records, Duration took) {}

    @Override
    public void failed(int mutations, StorageException away) {}
}
