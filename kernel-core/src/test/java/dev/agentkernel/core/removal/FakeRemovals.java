package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.RemovalStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A transparency log and an event log that a test fills, and what was asked of them. For one thread. */
class FakeRemovals implements RemovalStore, EventStore {

    static final UUID ID = new UUID(0x7000L, 1);

    /** An event that logged a content. */
    record Logged(RemovalTarget target, ByteString content) {}

    /** A look at a part of the log. */
    record Look(long afterSeq, long upToSeq) {}

    final List<Removal> removals = new ArrayList<>();
    final List<PlacedRemoval> unerased = new ArrayList<>();
    final TreeMap<Long, Logged> logged = new TreeMap<>();
    final TreeMap<Long, Event> events = new TreeMap<>();
    final Map<UUID, FoundContent> queued = new HashMap<>();
    final List<Look> looks = new ArrayList<>();
    final List<NavigableSet<Long>> blanked = new ArrayList<>();
    Runnable onLook = () -> {};
    long lastSeq;

    static ByteString text(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    /** The entry that follows those that are there. */
    Removal next(RemovalTarget target) {
        long number = removals.size() + 1L;
        ByteString previous = removals.isEmpty()
                ? TransparencyChain.GENESIS
                : removals.getLast().entryHash();
        ByteString content = TransparencyChain.sha256(new byte[] {1});
        Instant at = SettableClock.START;
        ByteString hash = TransparencyChain.hashOf(previous, number, at, target, "reason", "admin", content);
        return new Removal(number, target, "reason", "admin", content, at, previous, hash);
    }

    /** Adds so many entries; each is recorded by an event. */
    void removeAndLog(int entries) {
        for (int i = 0; i < entries; i++) {
            Removal removal = next(RemovalTarget.state("key" + i));
            removals.add(removal);
            logRemoval(removal);
        }
    }

    void logRemoval(Removal removal) {
        event(
                ++lastSeq,
                SettableClock.START,
                "{\"entry_hash\":\"" + removal.entryHash().toHex() + "\"}");
    }

    void event(long seq, Instant time, String data) {
        events.put(seq, new Event(seq, time, EventType.CONTENT_REMOVED, null, text(data)));
        lastSeq = Math.max(lastSeq, seq);
    }

    @Override
    public List<Removal> removals(long afterNumber, int removalsMax) {
        return removals.stream()
                .filter(removal -> removal.number() > afterNumber)
                .limit(removalsMax)
                .toList();
    }

    @Override
    public long removalCount() {
        return removals.size();
    }

    @Override
    public List<PlacedRemoval> of(Collection<RemovalTarget> targets) {
        return unerased.stream()
                .filter(placed -> targets.contains(placed.removal().target()))
                .toList();
    }

    @Override
    public List<PlacedRemoval> unerased(int removalsMax) {
        return unerased.stream().limit(removalsMax).toList();
    }

    @Override
    public Optional<FoundContent> queuedMessage(UUID messageId) {
        return Optional.ofNullable(queued.get(messageId));
    }

    @Override
    public List<Long> loggedIn(RemovalTarget target, long afterSeq, long upToSeq) {
        looks.add(new Look(afterSeq, upToSeq));
        onLook.run();
        return logged.subMap(afterSeq, false, Math.max(afterSeq, upToSeq), true).entrySet().stream()
                .filter(entry -> entry.getValue().target().equals(target))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public Optional<LoggedContent> content(long seq) {
        return Optional.ofNullable(logged.get(seq)).map(found -> new LoggedContent(seq, found.content()));
    }

    @Override
    public void blank(NavigableSet<Long> seqs, Removal removal) {
        blanked.add(new TreeSet<>(seqs));
    }

    @Override
    public long lastSeq() {
        return lastSeq;
    }

    @Override
    public List<Event> eventsAfter(long since, int eventsMax) {
        return events.tailMap(since, false).values().stream().limit(eventsMax).toList();
    }

    @Override
    public EventPage find(EventQuery query) {
        List<Event> page = eventsAfter(query.after(), query.eventsMax()).stream()
                .filter(event -> query.filter().matches(event))
                .toList();
        boolean hasMore = !page.isEmpty() && page.getLast().seq() < lastSeq;
        return new EventPage(page, hasMore ? page.getLast().seq() : lastSeq, hasMore);
    }
}
