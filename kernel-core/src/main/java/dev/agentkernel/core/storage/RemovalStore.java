package dev.agentkernel.core.storage;

import dev.agentkernel.core.removal.FoundContent;
import dev.agentkernel.core.removal.LoggedContent;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.UUID;

/**
 * The transparency log, and removed content where it lies. Every method throws {@link StorageException} if the storage is away.
 */
public interface RemovalStore {

    /** Entries by number, from the one after the given. */
    List<Removal> removals(long afterNumber, int removalsMax);

    /** How many entries there are. */
    long removalCount();

    /** The removals of these targets, in the order of their numbers; a key may have been removed several times. */
    List<PlacedRemoval> of(Collection<RemovalTarget> targets);

    /** Removals whose content may still be in the log, the oldest first. */
    List<PlacedRemoval> unerased(int removalsMax);

    /** A message that is in a queue, waiting or not. */
    Optional<FoundContent> queuedMessage(UUID messageId);

    /**
     * The seqs of the events that logged contents of a target, blanked ones too, in order.
     *
     * @param afterSeq looks at what follows it
     * @param upToSeq the last seq to look at; to be not far behind the first, as every event between is looked at
     */
    List<Long> loggedIn(RemovalTarget target, long afterSeq, long upToSeq);

    /** The content in an event that logged one, if the log still holds the event. */
    Optional<LoggedContent> content(long seq);

    /**
     * Blanks the content in events that hold it, durably; when this fails half-way it can be called again.
     *
     * @throws FatalStorageException if nobody can know what the log holds: the process must stop
     */
    void blank(NavigableSet<Long> seqs, Removal removal);
}
