package dev.agentkernel.core.removal;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.RemovalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds content in the log, which has no index of it: a message near the time in its id, and only if it is not there everywhere; a
 * key everywhere. Goes piece by piece, so that no read of the storage takes long.
 */
public final class LogSearch {

    /** Events that one look at the log may pass over. */
    static final long STRIDE = 5_000;

    /** How far the clock of whoever made an id may be from that of the log. */
    private static final Duration CLOCK_DIFFERENCE_MAX = Duration.ofMinutes(10);

    private final EventStore history;
    private final RemovalStore store;

    public LogSearch(EventStore history, RemovalStore store) {
        this.history = history;
        this.store = store;
    }

    Optional<LoggedContent> message(UUID messageId) {
        RemovalTarget target = RemovalTarget.message(messageId);
        long end = history.lastSeq();
        if (messageId.version() == 7) {
            Instant made = Instant.ofEpochMilli(messageId.getMostSignificantBits() >>> 16);
            long from = lastBefore(made.minus(CLOCK_DIFFERENCE_MAX), end);
            long to = lastBefore(made.plus(CLOCK_DIFFERENCE_MAX), end);
            Optional<LoggedContent> near = first(target, from, to);
            if (near.isPresent()) {
                return near;
            }
        }
        return first(target, 0, end);
    }

    private Optional<LoggedContent> first(RemovalTarget target, long after, long end) {
        for (long from = after; from < end; from += STRIDE) {
            List<Long> found = store.loggedIn(target, from, Math.min(end, from + STRIDE));
            if (!found.isEmpty()) {
                return store.content(found.getFirst());
            }
        }
        return Optional.empty();
    }

    /** The last value of a key that was logged after a seq. */
    Optional<LoggedContent> lastValue(RemovalTarget key, long after) {
        for (long to = history.lastSeq(); to > after; to -= STRIDE) {
            List<Long> found = store.loggedIn(key, Math.max(after, to - STRIDE), to);
            if (!found.isEmpty()) {
                return store.content(found.getLast());
            }
        }
        return Optional.empty();
    }

    /** The last seq whose event is older than a time; times never decrease along the log. */
    private long lastBefore(Instant time, long end) {
        long older = 0;
        long notOlder = end + 1;
        while (notOlder - older > 1) {
            long middle = (older + notOlder) >>> 1;
            List<Event> event = history.eventsAfter(middle - 1, 1);
            // What a retention has dropped is older than all that is left.
            if (!event.isEmpty()
                    && event.getFirst().seq() == middle
                    && !event.getFirst().time().isBefore(time)) {
                notOlder = middle;
            } else {
                older = middle;
            }
        }
        return older;
    }
}
