package dev.agentkernel.core.memory;

import dev.agentkernel.core.removal.FoundContent;
import dev.agentkernel.core.removal.LoggedContent;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.RemovalStore;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.UUID;

/** A transparency log without entries. */
final class NoRemovals implements RemovalStore {

    @Override
    public List<Removal> removals(long afterNumber, int removalsMax) {
        return List.of();
    }

    @Override
    public long removalCount() {
        return 0;
    }

    @Override
    public List<PlacedRemoval> of(Collection<RemovalTarget> targets) {
        return List.of();
    }

    @Override
    public List<PlacedRemoval> unerased(int removalsMax) {
        return List.of();
    }

    @Override
    public Optional<FoundContent> queuedMessage(UUID messageId) {
        return Optional.empty();
    }

    @Override
    public List<Long> loggedIn(RemovalTarget target, long afterSeq, long upToSeq) {
        return List.of();
    }

    @Override
    public Optional<LoggedContent> content(long seq) {
        return Optional.empty();
    }

    @Override
    public void blank(NavigableSet<Long> seqs, Removal removal) {}
}
