package dev.agentkernel.core.commit;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * One change that somebody asks for, as a value: which rows its decision needs, and the decision itself.
 *
 * <p>A mutation is decided in memory, against rows that the storage loaded (and, with several replicas, locked) for the whole
 * batch, after every mutation before it in the batch. It decides and never acts: what it changes are the records it returns.
 * Implementations are immutable and free of side effects, because a batch may be decided more than once before it commits.
 *
 * @param <R> the answer to the caller once the change is durable
 */
public interface Mutation<R> {

    /** Names every row that {@link #decide} will look at. */
    void require(Requirements requirements);

    /**
     * Decides, from the rows alone.
     *
     * @throws RefusedException if the change must not happen; nothing of it is kept then
     */
    Decision<R> decide(WorkingSet rows);

    /** The content bytes that the change carries, for the bounds of the gathering queue and of a batch. */
    default int contentBytes() {
        return 0;
    }

    /**
     * The code to refuse with when the disk is down to its reserve, for changes that make the store grow; {@code null} for
     * those that shrink it or barely touch it, which go on from the reserve.
     */
    default @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return ErrorCode.STORE_FULL;
    }
}
