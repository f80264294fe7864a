package dev.agentkernel.storage.contract;

import dev.agentkernel.core.storage.Storage;
import java.time.InstantSource;

/** What an adapter supplies to be tested: a place that is empty at first and outlives the storages opened on it. */
public interface StorageFixture extends AutoCloseable {

    /**
     * Opens a storage on the place, with all that was committed there before.
     *
     * @param clock the time that decisions go by
     * @param process names the process that opens it; two that are open at once have different names
     */
    Storage open(InstantSource clock, String process) throws Exception;

    /** Releases the place. */
    @Override
    void close() throws Exception;
}
