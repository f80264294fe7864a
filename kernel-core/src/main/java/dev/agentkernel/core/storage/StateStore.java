package dev.agentkernel.core.storage;

import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateTotals;
import java.util.List;
import java.util.Optional;

/** Reads the shared state; what changes it goes through the commit. Every method throws {@link StorageException} if the storage is away. */
public interface StateStore {

    /** The entry of a key as the last commit left it, if the key exists. */
    Optional<StateEntry> get(String key);

    /**
     * Keys that begin with a literal prefix, in the byte order of their UTF-8.
     *
     * @param afterKey the key that the page starts after; empty for the first
     */
    List<String> keys(String prefix, String afterKey, int keysMax);

    /** The same keys with what is known of their values; reads no value. */
    List<StateSummary> summaries(String prefix, String afterKey, int keysMax);

    /** How many keys begin with a literal prefix. */
    long countKeys(String prefix);

    /** Bytes and number of keys of the whole store; counters, not counts. */
    StateTotals totals();
}
