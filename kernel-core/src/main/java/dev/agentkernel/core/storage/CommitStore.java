package dev.agentkernel.core.storage;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.events.StampedRecord;
import java.util.List;

/** Makes batches durable: the one way in which anything in the kernel changes. */
public interface CommitStore {

    /**
     * Loads what the batch needs, decides it, and makes all its records durable together; returns only when they are. Called by
     * one thread at a time in a process; several processes on one database are serialised where they touch the same rows.
     *
     * <p>Any other exception means a fault of one of the mutations, and that nothing was kept: the batch is then committed again,
     * one by one. So nothing but a {@link FatalStorageException} may be thrown once the batch is durable.
     *
     * @throws StorageException if nothing of the batch was kept
     * @throws FatalStorageException if nobody can know whether it was: the process must stop without answering
     */
    Committed commit(Batch batch);

    /**
     * Tells that the process is about to end: whoever waits to hear what became of a commit waits for some seconds more at most.
     * Called by any thread, also while a commit is under way. Does nothing where there is nothing to wait for.
     */
    default void hurry() {}

    /**
     * What a commit did.
     *
     * @param outcomes of the batch's mutations, in their order
     * @param records as they were written, in order
     */
    record Committed(List<Outcome> outcomes, List<StampedRecord> records) {}
}
