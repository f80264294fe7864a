package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.removal.RemovalTarget.Kind;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Removes what must not be kept. When a call returns, no reader gets the content any more, and no queue holds it; its bytes in the
 * log are blanked behind the scenes by {@link ContentEraser}.
 */
public final class ContentRemovals {

    /** Longest reason, in Unicode characters. */
    public static final int REASON_CHARACTERS_MAX = 1_000;

    /** A key that others write all the time may have changed between the look and the commit. */
    private static final int ATTEMPTS_MAX = 20;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final GroupCommit commits;
    private final RemovalStore store;
    private final StateStore state;
    private final LogSearch search;
    private final Runnable onRemoved;

    /**
     * Makes the service.
     *
     * @param onRemoved called after each removal: there is something to erase
     */
    public ContentRemovals(
            GroupCommit commits, RemovalStore store, StateStore state, LogSearch search, Runnable onRemoved) {
        this.commits = commits;
        this.store = store;
        this.state = state;
        this.search = search;
        this.onRemoved = onRemoved;
    }

    /**
     * Removes a message, or every version of a key that was written so far.
     *
     * @throws RefusedException {@code not_found} when neither the store nor the log holds the content, {@code bad_request} for a
     *     reason that is empty or too long
     */
    public Removal remove(RemovalTarget target, String reason, String performedBy) {
        requireReason(reason);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Optional<PlacedRemoval> last = store.of(List.of(target)).stream().reduce((before, after) -> after);
            FoundContent found =
                    find(target, last.map(PlacedRemoval::seq).orElse(0L)).orElseThrow(ContentRemovals::nothingThere);
            ByteString hash = TransparencyChain.sha256(found.content().unsafeArray());
            long lastNumber = last.map(before -> before.removal().number()).orElse(0L);
            Optional<Removal> removal =
                    commits.commit(new RemoveContent(target, reason, performedBy, hash, found, lastNumber));
            if (removal.isPresent()) {
                onRemoved.run();
                return removal.get();
            }
        }
        throw RefusedException.temporary(
                ErrorCode.UNAVAILABLE, "The key is written too often at the moment; try again.", RETRY_AFTER);
    }

    private static void requireReason(String reason) {
        int characters = reason.codePointCount(0, reason.length());
        if (characters == 0 || characters > REASON_CHARACTERS_MAX) {
            throw RefusedException.badRequest(
                    "'reason' has " + characters + " characters; it must have 1 to " + REASON_CHARACTERS_MAX + ".");
        }
        if (reason.indexOf('\0') >= 0) {
            throw RefusedException.badRequest("'reason' must not hold the character U+0000.");
        }
    }

    private static RefusedException nothingThere() {
        return new RefusedException(ErrorCode.NOT_FOUND, "Neither the store nor the event log holds this content.");
    }

    private Optional<FoundContent> find(RemovalTarget target, long removedUpTo) {
        return target.kind() == Kind.MESSAGE ? findMessage(target, removedUpTo) : findState(target, removedUpTo);
    }

    private Optional<FoundContent> findMessage(RemovalTarget target, long removedUpTo) {
        if (removedUpTo > 0) {
            return Optional.empty();
        }
        UUID messageId = UUID.fromString(target.name());
        Optional<FoundContent> queued = store.queuedMessage(messageId);
        return queued.isPresent()
                ? queued
                : search.message(messageId)
                        .map(logged -> new FoundContent(logged.content(), logged.seq(), null, null, false));
    }

    private Optional<FoundContent> findState(RemovalTarget target, long removedUpTo) {
        Optional<StateEntry> entry = state.get(target.name());
        Long version = entry.map(StateEntry::version).orElse(null);
        if (entry.isPresent() && entry.get().redactedReason() == null) {
            return Optional.of(new FoundContent(entry.get().value(), 0, null, version, true));
        }
        return search.lastValue(target, removedUpTo)
                .map(logged -> new FoundContent(logged.content(), 0, null, version, false));
    }

    /** Entries of the transparency log, oldest first. */
    public List<Removal> list(long afterNumber, int removalsMax) {
        return store.removals(afterNumber, removalsMax);
    }

    /** How many entries the transparency log has. */
    public long count() {
        return store.removalCount();
    }
}
