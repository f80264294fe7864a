package dev.agentkernel.core.commit;

import dev.agentkernel.core.RefusedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A mutation on its way to be committed, and the thread that waits for it; one thread may. */
public final class Submission<R> {

    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** As long as the longest statement: whoever waits longer before a batch is begun learns that the storage is away. */
    private static final long WITHDRAWN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Mutation<R> mutation;
    private final GatheringQueue gathering;
    private final long handedInNanos;
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable Thread waiter;

    Submission(Mutation<R> mutation, GatheringQueue gathering) {
        this(mutation, gathering, System.nanoTime());
    }

    /** One that was handed in at this {@link System#nanoTime}. */
    Submission(Mutation<R> mutation, GatheringQueue gathering, long handedInNanos) {
        this.mutation = mutation;
        this.gathering = gathering;
        this.handedInNanos = handedInNanos;
    }

    Mutation<R> mutation() {
        return mutation;
    }

    void settle(Outcome settled) {
        outcome = settled;
        LockSupport.unpark(waiter);
    }

    /**
     * Waits, uninterruptibly, until the mutation is durable or refused. The storage's own time-outs bound the wait; what no
     * batch has taken within ten seconds after it was handed in is taken back and refused.
     *
     * @throws RefusedException if it was refused
     */
    @SuppressWarnings("unchecked") // the decision of a Mutation<R> answers with an R
    public R await() {
        waiter = Thread.currentThread();
        boolean interrupted = false;
        Outcome settled = outcome;
        while (settled == null) {
            LockSupport.parkNanos(this, CHECK_NANOS);
            interrupted |= Thread.interrupted();
            if (System.nanoTime() - handedInNanos > WITHDRAWN_AFTER_NANOS && gathering.withdraw(this)) {
                settle(new Outcome.Refused(GroupCommit.storageIsAway()));
            }
            settled = outcome;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return switch (settled) {
            case Outcome.Committed committed -> (R) committed.answer();
            case Outcome.Refused refused -> throw refused.refusal();
            case Outcome.Failed failed -> throw new IllegalStateException("a decision failed", failed.fault());
        };
    }
}
