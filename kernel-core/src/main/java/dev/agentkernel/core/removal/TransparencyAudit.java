package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.RemovalStore;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the transparency log is what was written: every entry follows the one before it, and the event log, which
 * recorded each of them, tells of the same entries. Whoever changes, leaves out or adds an entry has to change both alike.
 */
public final class TransparencyAudit {

    private static final int PAGE = 1_000;

    private final RemovalStore removals;
    private final EventStore events;

    public TransparencyAudit(RemovalStore removals, EventStore events) {
        this.removals = removals;
        this.events = events;
    }

    /**
     * What was found.
     *
     * @param entries how many there are
     * @param fault a sentence that names the first entry that is not what was written; {@code null} when all are
     */
    public record Finding(long entries, @Nullable String fault) {}

    /** Looks at every entry and at the whole event log; takes as long as reading them. */
    public Finding run() {
        long entries = removals.removalCount();
        OptionalLong broken = firstBroken(removals);
        if (broken.isPresent()) {
            return new Finding(
                    entries,
                    "entry " + broken.getAsLong()
                            + " of the transparency log is not what was written, or one before it is missing");
        }
        return new Finding(entries, differenceFromLog(entries).orElse(null));
    }

    /** Holds every entry against the one before it; the number of the first that does not fit, or nothing. */
    static OptionalLong firstBroken(RemovalStore removals) {
        long number = 0;
        ByteString hash = TransparencyChain.GENESIS;
        Iterator<Removal> entries = new Entries(removals);
        while (entries.hasNext()) {
            Removal entry = entries.next();
            if (!TransparencyChain.follows(entry, number, hash)) {
                return OptionalLong.of(number + 1);
            }
            number = entry.number();
            hash = entry.entryHash();
        }
        return OptionalLong.empty();
    }

    /** A retention may have dropped the events of the oldest entries, and of them alone; others may be added meanwhile. */
    private Optional<String> differenceFromLog(long entriesBefore) {
        Iterator<Removal> entries = new Entries(removals);
        boolean anyLogged = false;
        long since = 0;
        EventPage page;
        do {
            page = events.find(EventQuery.after(since, removed(), PAGE));
            for (Event event : page.events()) {
                Optional<Removal> logged = next(entries, event, anyLogged);
                if (logged.isEmpty()) {
                    return Optional.of("the transparency log does not have the entry of event " + event.seq());
                }
                anyLogged = true;
            }
            since = page.reached();
        } while (page.hasMore());
        if (anyLogged && entries.hasNext()) {
            long unlogged = entries.next().number();
            if (unlogged <= entriesBefore) {
                return Optional.of("no event recorded entry " + unlogged + " of the transparency log");
            }
        }
        return Optional.empty();
    }

    private static EventFilter removed() {
        return new EventFilter(EnumSet.of(EventType.CONTENT_REMOVED), null);
    }

    private static Optional<Removal> next(Iterator<Removal> entries, Event event, boolean anyLogged) {
        String recorded = event.data().toUtf8();
        while (entries.hasNext()) {
            Removal entry = entries.next();
            if (recorded.contains("\"entry_hash\":\"" + entry.entryHash().toHex() + '"')) {
                return Optional.of(entry);
            }
            if (anyLogged) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** All entries, a page at a time. */
    private static final class Entries implements Iterator<Removal> {

        private final RemovalStore removals;
        private Iterator<Removal> page = List.<Removal>of().iterator();
        private long reached;

        Entries(RemovalStore removals) {
            this.removals = removals;
        }

        @Override
        public boolean hasNext() {
            if (!page.hasNext()) {
                page = removals.removals(reached, PAGE).iterator();
            }
            return page.hasNext();
        }

        @Override
        public Removal next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no entry follows " + reached);
            }
            Removal next = page.next();
            reached = next.number();
            return next;
        }
    }
}
