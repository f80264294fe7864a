package dev.agentkernel.core.commit;

import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where mutations and the records of reads wait for the next batch; bounded in count and bytes, first in first out. */
final class GatheringQueue {

    /** Notes are small and need no decision: a batch may carry more of them than of mutations. */
    private static final int NOTES_PER_BATCH = 4;

    private final CommitSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mutationArrived = lock.newCondition();
    private final ArrayDeque<Submission<?>> submissions = new ArrayDeque<>();
    private final ArrayDeque<LogRecord> notes = new ArrayDeque<>();
    private long gatheredBytes;
    private boolean lingered;
    private boolean closed;

    GatheringQueue(CommitSettings settings) {
        this.settings = settings;
    }

    /** What became of a note. */
    enum NoteOffer {
        /** Taken; nothing waited before, so the committer may be asleep. */
        FIRST,
        /** Taken; the committer waits for more. */
        GATHERING,
        /** Taken; there are enough for a batch. */
        BATCH_IS_FULL,
        /** Not taken. */
        FULL
    }

    /** What a batch is made of. */
    record Gathered(List<Submission<?>> submissions, List<LogRecord> notes) {

        boolean isEmpty() {
            return submissions.isEmpty() && notes.isEmpty();
        }
    }

    boolean offer(Submission<?> submission) {
        int bytes = submission.mutation().contentBytes();
        lock.lock();
        try {
            boolean full = submissions.size() >= settings.gatheredMax()
                    || (gatheredBytes + bytes > settings.gatheredBytesMax() && !submissions.isEmpty());
            if (closed || full) {
                return false;
            }
            submissions.addLast(submission);
            gatheredBytes += bytes;
            mutationArrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a submission back that no batch has taken yet; tells whether it was still there. */
    boolean withdraw(Submission<?> submission) {
        lock.lock();
        try {
            boolean withdrawn = submissions.removeFirstOccurrence(submission);
            if (withdrawn) {
                gatheredBytes -= submission.mutation().contentBytes();
            }
            return withdrawn;
        } finally {
            lock.unlock();
        }
    }

    NoteOffer offerNote(LogRecord note) {
        lock.lock();
        try {
            if (closed || notes.size() >= settings.notesMax()) {
                return NoteOffer.FULL;
            }
            notes.addLast(note);
            if (notes.size() == 1) {
                return NoteOffer.FIRST;
            }
            if (notes.size() == settings.batchMax()) {
                mutationArrived.signal();
                return NoteOffer.BATCH_IS_FULL;
            }
            return NoteOffer.GATHERING;
        } finally {
            lock.unlock();
        }
    }

    /** Puts the notes of a failed batch back in front, as far as there is room. */
    void giveBack(List<LogRecord> failed) {
        lock.lock();
        try {
            for (int i = failed.size() - 1; i >= 0 && notes.size() < settings.notesMax(); i--) {
                notes.addFirst(failed.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next batch: as many mutations as a batch holds, and the notes. Notes alone make a batch only when it is full, or
     * when {@code notesToo} says that waiting for more is no use.
     */
    Gathered take(boolean notesToo) {
        lock.lock();
        try {
            List<Submission<?>> taken = new ArrayList<>(Math.min(submissions.size(), settings.batchMax()));
            long bytes = 0;
            while (!submissions.isEmpty() && taken.size() < settings.batchMax() && bytes < settings.batchBytesMax()) {
                Submission<?> next = submissions.removeFirst();
                bytes += next.mutation().contentBytes();
                taken.add(next);
            }
            gatheredBytes -= bytes;
            boolean withNotes = !taken.isEmpty() || notesToo || lingered || notes.size() >= settings.batchMax();
            lingered = false;
            return new Gathered(taken, withNotes ? takeNotes() : List.of());
        } finally {
            lock.unlock();
        }
    }

    private List<LogRecord> takeNotes() {
        int most = Math.min(notes.size(), NOTES_PER_BATCH * settings.batchMax());
        List<LogRecord> taken = new ArrayList<>(most);
        for (int i = 0; i < most; i++) {
            taken.add(notes.removeFirst());
        }
        return taken;
    }

    /** Waits until a mutation arrives, notes fill a batch, or the linger is over; the next take includes the notes. */
    void awaitMoreNotes(Duration linger, BooleanSupplier closing) {
        awaitMutationOr(() -> notes.size() >= settings.batchMax() || closing.getAsBoolean(), linger);
    }

    /** Waits until a mutation arrives or the pause is over, however many notes there are; the next take includes them. */
    void awaitMutation(Duration pause, BooleanSupplier closing) {
        awaitMutationOr(closing, pause);
    }

    private void awaitMutationOr(BooleanSupplier enough, Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (left > 0 && submissions.isEmpty() && !enough.getAsBoolean()) {
                left = mutationArrived.awaitNanos(left);
            }
            lingered = true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            lingered = true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets whoever waits look again whether the kernel closes. */
    void lookAgain() {
        lock.lock();
        try {
            mutationArrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From here on nothing is taken in. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return submissions.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return submissions.isEmpty() && notes.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
