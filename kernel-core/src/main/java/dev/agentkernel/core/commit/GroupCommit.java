package dev.agentkernel.core.commit;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write path: request threads hand in mutations and wait, one committer thread takes whatever has gathered and commits it as
 * one batch. While a commit is under way the next batch gathers, so the cost per mutation falls as the load rises, without a
 * timer. Nothing is answered before it is durable.
 *
 * <p>Memory is bounded: beyond the settings' limits a mutation is refused at once. Order is kept: mutations commit in the order
 * in which they were handed in.
 */
public final class GroupCommit implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    /** How long records of reads may gather while nothing else commits. */
    private static final Duration NOTE_LINGER = Duration.ofMillis(10);

    /** How long to leave a storage alone that is away while nobody waits for an answer. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final CommitStore store;
    private final GatheringQueue gathering;
    private final CommitListener listener;
    private final Consumer<Throwable> onFatal;
    private final Thread committer;
    private boolean failing;
    private volatile boolean closing;

    /**
     * Makes a group commit that does nothing until {@link #start}.
     *
     * @param onFatal called when nobody can know any more what is durable; must end the process, and not return
     */
    public GroupCommit(
            CommitStore store, CommitSettings settings, CommitListener listener, Consumer<Throwable> onFatal) {
        this.store = store;
        this.gathering = new GatheringQueue(settings);
        this.listener = listener;
        this.onFatal = onFatal;
        this.committer = new Thread(this::run, "kernel-committer");
    }

    /** Starts the committer thread. */
    public void start() {
        committer.start();
    }

    /**
     * Commits a mutation and returns its answer once it is durable.
     *
     * @throws RefusedException if the mutation's decision refuses it, or {@code unavailable} when too much has gathered, the
     *     storage is away or the kernel is shutting down: nothing of it was kept then
     */
    public <R> R commit(Mutation<R> mutation) {
        return submit(mutation).await();
    }

    /**
     * Hands a mutation in without waiting for it; {@link Submission#await} waits.
     *
     * @throws RefusedException {@code unavailable} when too much has gathered, or the kernel is shutting down
     */
    public <R> Submission<R> submit(Mutation<R> mutation) {
        if (closing) {
            throw RefusedException.temporary(ErrorCode.UNAVAILABLE, "The kernel is shutting down.", RETRY_AFTER);
        }
        Submission<R> submission = new Submission<>(mutation, gathering);
        if (!gathering.offer(submission)) {
            throw overloaded();
        }
        wake();
        return submission;
    }

    /**
     * Lets the record of a read ride along with the next batch, without waiting for it.
     *
     * @throws RefusedException {@code unavailable} when too many wait to be written: a read that must be logged cannot be
     *     answered then
     */
    public void note(LogRecord record) {
        switch (gathering.offerNote(record)) {
            case FULL -> throw overloaded();
            case FIRST, BATCH_IS_FULL -> wake();
            case GATHERING -> {}
        }
    }

    /** How many mutations wait to be taken into a batch. */
    public int gathered() {
        return gathering.size();
    }

    /** Refuses new mutations, commits what was handed in before, and stops the committer. */
    @Override
    public void close() {
        closing = true;
        store.hurry();
        gathering.lookAgain();
        wake();
        boolean interrupted = false;
        while (committer.isAlive()) {
            try {
                committer.join();
            } catch (InterruptedException stopWaiting) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RefusedException overloaded() {
        return RefusedException.temporary(
                ErrorCode.UNAVAILABLE,
                "The kernel is busy: more is waiting to be written than it may hold.",
                RETRY_AFTER);
    }

    private void wake() {
        LockSupport.unpark(committer);
    }

    private void run() {
        try {
            while (!(closing && gathering.isEmpty())) {
                if (!runOnce()) {
                    idle();
                }
            }
            // Whoever passed the check of `closing` just before it was set may have handed in since.
            gathering.close();
            while (runOnce()) {}
        } catch (Throwable fatal) {
            onFatal.accept(fatal);
        }
    }

    private void idle() {
        if (gathering.isEmpty()) {
            // A lock on the way here may have used up the wake-up of close(), which then left only this mark.
            if (!closing) {
                LockSupport.park(this);
            }
        } else {
            gathering.awaitMoreNotes(NOTE_LINGER, () -> closing);
        }
    }

    /** Commits one batch of what has gathered, if anything has; tests call it instead of starting the thread. */
    boolean runOnce() {
        GatheringQueue.Gathered gathered = gathering.take(closing);
        if (gathered.isEmpty()) {
            return false;
        }
        try {
            commitTogether(gathered.submissions(), gathered.notes());
        } catch (StorageException away) {
            refuse(gathered.submissions(), away);
            if (away.remedy() == StorageException.Remedy.RETRY && !closing) {
                gathering.giveBack(gathered.notes());
                gathering.awaitMutation(RETRY_PAUSE, () -> closing);
            }
        } catch (FatalStorageException unknown) {
            throw unknown;
        } catch (RuntimeException fault) {
            commitOneByOne(gathered, fault);
        }
        return true;
    }

    private void commitTogether(List<Submission<?>> submissions, List<LogRecord> notes) {
        List<Mutation<?>> mutations = new ArrayList<>(submissions.size());
        submissions.forEach(submission -> mutations.add(submission.mutation()));
        long started = System.nanoTime();
        CommitStore.Committed committed = store.commit(new Batch(mutations, notes));
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        // A batch of which nothing was to be written tells nothing about the disk.
        if (failing && !committed.records().isEmpty()) {
            log.info("Commits succeed again.");
            failing = false;
        }
        tellListener(() -> listener.durable(committed.records()));
        for (int i = 0; i < submissions.size(); i++) {
            submissions.get(i).settle(committed.outcomes().get(i));
        }
        tellListener(() -> listener.committed(submissions.size(), committed.records(), took));
    }

    /** The batch is durable, or refused: what a listener throws must not look like a batch that failed. */
    private static void tellListener(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException fault) {
            log.error("A commit listener failed; what was committed stands", fault);
        }
    }

    /** A batch that failed on something other than the storage holds one faulty mutation: the others must not suffer. */
    private void commitOneByOne(GatheringQueue.Gathered gathered, RuntimeException fault) {
        log.error(
                "A batch of {} mutations failed; committing them one by one",
                gathered.submissions().size(),
                fault);
        if (!gathered.notes().isEmpty()) {
            commitApart(List.of(), gathered.notes());
        }
        gathered.submissions().forEach(submission -> commitApart(List.of(submission), List.of()));
    }

    private void commitApart(List<Submission<?>> submissions, List<LogRecord> notes) {
        try {
            commitTogether(submissions, notes);
        } catch (StorageException away) {
            refuse(submissions, away);
        } catch (FatalStorageException unknown) {
            throw unknown;
        } catch (RuntimeException ownFault) {
            log.error(
                    "{} mutations and {} records of reads fail by themselves",
                    submissions.size(),
                    notes.size(),
                    ownFault);
            submissions.forEach(submission -> submission.settle(new Outcome.Failed(ownFault)));
        }
    }

    private void refuse(List<Submission<?>> submissions, StorageException away) {
        if (!failing) {
            log.warn(
                    "Commits fail: {}. Further failures are counted, not logged, until one succeeds.",
                    away.getMessage());
            failing = true;
        }
        Outcome refused = new Outcome.Refused(refusalOf(away));
        submissions.forEach(submission -> submission.settle(refused));
        tellListener(() -> listener.failed(submissions.size(), away));
    }

    /** What a client sees of a storage that could not do its work. */
    public static RefusedException refusalOf(StorageException away) {
        return switch (away.remedy()) {
            case RETRY -> storageIsAway();
            case FREE_SPACE -> new RefusedException(ErrorCode.STORE_FULL, "The disk is full.");
            case NONE -> new RefusedException(ErrorCode.INTERNAL_ERROR, "The request failed inside the kernel.");
        };
    }

    static RefusedException storageIsAway() {
        return RefusedException.temporary(
                ErrorCode.UNAVAILABLE, "The storage is not available at present.", RETRY_AFTER);
    }
}
