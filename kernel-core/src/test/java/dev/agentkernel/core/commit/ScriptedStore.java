package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.storage.CommitStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Commits to a list, fails when told to, and can hold a commit under way until it is let go. */
final class ScriptedStore implements CommitStore {

    static final long TIMEOUT_SECONDS = 20;

    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    private final Semaphore attempts = new Semaphore(0);
    private final Semaphore letGo = new Semaphore(0);
    private volatile boolean holding;
    private volatile boolean spaceLow;
    private volatile boolean hurried;
    private volatile String poison = "";
    private long lastSeq;

    @Override
    public void hurry() {
        hurried = true;
    }

    boolean isHurried() {
        return hurried;
    }

    /** From here on each commit waits to be let go. */
    void hold() {
        holding = true;
    }

    /** Lets all commits go, those to come too. */
    void letAllGo() {
        holding = false;
        letGo.release(1_000_000);
    }

    void awaitAttempt() throws InterruptedException {
        assertThat(attempts.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .as("a commit began")
                .isTrue();
    }

    /** How many commits began, but for those that were awaited. */
    int attempts() {
        return attempts.availablePermits();
    }

    void failNext(RuntimeException failure) {
        failures.add(failure);
    }

    /** Every batch with an event of this name fails as a whole, as a batch does that a bug brings down. */
    void poisonedBy(String name) {
        poison = name;
    }

    void setSpaceLow() {
        spaceLow = true;
    }

    /** The names of each batch that was committed. */
    List<List<String>> batches() {
        return List.copyOf(batches);
    }

    List<String> committed() {
        return batches().stream().flatMap(List::stream).toList();
    }

    @Override
    public Committed commit(Batch batch) {
        attempts.release();
        if (holding) {
            try {
                assertThat(letGo.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
        }
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        Batch.Decided decided = batch.decide(new WorkingSet(SettableClock.START, spaceLow));
        List<String> names = decided.records().stream()
                .map(LogRecord.RegistryRead.class::cast)
                .map(LogRecord.RegistryRead::readBy)
                .toList();
        if (names.contains(poison)) {
            throw new IndexOutOfBoundsException("a bug in the storage, brought to light by " + poison);
        }
        Stamp stamp = new Stamp(lastSeq + 1, SettableClock.START);
        lastSeq += decided.events();
        batches.add(names);
        return new Committed(decided.outcomes(stamp), decided.stamped(stamp));
    }
}
