package dev.agentkernel.core.storage;

import java.util.Collection;
import java.util.Map;

/** What can be asked about credentials that other processes may end, of which this one hears late or never. */
public interface SharedCredentials {

    /**
     * A number that every commit raises by which a credential ends.
     *
     * @throws StorageException if the storage is away
     */
    long ended();

    /**
     * The versions of these agents' credentials; whoever has none any more is missing.
     *
     * @throws StorageException if the storage is away
     */
    Map<String, Integer> versionsOf(Collection<String> addresses);
}
