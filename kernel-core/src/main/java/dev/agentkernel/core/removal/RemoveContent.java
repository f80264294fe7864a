package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.LastRemoval;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.QueuedCopy;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes a content that was found before; answers with the entry of the transparency log, or with nothing when the content has
 * changed or was removed since, and must be looked at again.
 *
 * @param lastNumber of the target's last removal when the content was found; 0 when there was none
 */
record RemoveContent(
        RemovalTarget target,
        String reason,
        String performedBy,
        ByteString contentHash,
        FoundContent found,
        long lastNumber)
        implements Mutation<Optional<Removal>> {

    @Override
    public void require(Requirements requirements) {
        requirements.removal(target);
        switch (target.kind()) {
            case STATE -> {
                requirements.stateKey(target.name());
                requirements.stateTotals();
            }
            case MESSAGE -> {
                if (found.recipient() != null) {
                    requirements.queuedMessage(found.recipient(), found.seq());
                    requirements.queueTotals();
                }
            }
        }
    }

    /** What the law demands goes on from the reserve. */
    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Optional<Removal>> decide(WorkingSet rows) {
        boolean removedSince = rows.lastRemovalOf(target) != lastNumber;
        if (removedSince || (target.kind() == RemovalTarget.Kind.STATE && !isAsFound(rows.state(target.name())))) {
            return Decision.unchanged(stamp -> Optional.empty());
        }
        int previousValueBytes = target.kind() == RemovalTarget.Kind.STATE && found.isCurrent()
                ? rows.state(target.name()).map(StateRow::valueBytes).orElse(-1)
                : -1;
        Removal removal = entryAfter(rows.lastRemoval(), rows.now());
        return Decision.of(
                new LogRecord.ContentRemoved(removal, found.seq(), previousValueBytes, copyIn(rows)),
                stamp -> Optional.of(removal));
    }

    private boolean isAsFound(Optional<StateRow> row) {
        return row.map(StateRow::version).equals(Optional.ofNullable(found.stateVersion()));
    }

    private @Nullable QueuedCopy copyIn(WorkingSet rows) {
        if (found.recipient() == null) {
            return null;
        }
        Optional<QueuedRow> row = rows.queued(found.seq());
        return row.map(queued -> new QueuedCopy(
                        queued.recipient(), queued.seq(), queued.route(), queued.contentBytes(), queued.waiting()))
                .orElse(null);
    }

    private Removal entryAfter(LastRemoval last, Instant now) {
        long number = last.number() + 1;
        ByteString entryHash =
                TransparencyChain.hashOf(last.entryHash(), number, now, target, reason, performedBy, contentHash);
        return new Removal(number, target, reason, performedBy, contentHash, now, last.entryHash(), entryHash);
    }
}
