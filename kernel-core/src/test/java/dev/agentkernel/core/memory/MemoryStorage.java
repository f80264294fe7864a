package dev.agentkernel.core.memory;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Credential;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.SecretStore;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.core.storage.WebhookStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A storage that keeps everything in memory and nothing on disk. Each commit also proves that the working set, carried forward
 * by the records, ends where the tables end. Failures are ordered beforehand. Safe for use by many threads.
 */
public final class MemoryStorage implements Storage, CommitStore, CredentialStore, StateStore, EventStore, SecretStore {

    private final InstantSource clock;
    private final MemoryTables tables = new MemoryTables();
    private final List<StampedRecord> history = new ArrayList<>();
    private final Deque<RuntimeException> failingCommits = new ArrayDeque<>();
    private final Deque<RuntimeException> failingLookups = new ArrayDeque<>();
    private final MemoryRows loader = new MemoryRows(tables);
    private final MemoryMessages messages;
    private final Map<String, ByteString> secrets = new HashMap<>();
    private Instant lastTime = Instant.EPOCH;
    private long lastSeq;
    private boolean spaceLow;
    private int credentialLookups;

    public MemoryStorage(InstantSource clock) {
        this.clock = clock;
        this.messages = new MemoryMessages(tables, this::now);
    }

    /** The failure of a storage that is away and may come back. */
    public static StorageException away() {
        return new StorageException(Remedy.RETRY, "away", new IOException());
    }

    /** Lets the next commit that nothing else was ordered for fail. */
    public void failNextCommit(RuntimeException failure) {
        synchronized (tables) {
            failingCommits.addLast(failure);
        }
    }

    /** Lets the next look-up of a credential fail. */
    public void failNextLookup(RuntimeException failure) {
        synchronized (tables) {
            failingLookups.addLast(failure);
        }
    }

    /** Lets the next reading of messages fail. */
    public void failNextRead(RuntimeException failure) {
        messages.failNextRead(failure);
    }

    /** Lets the next readings of messages find none, as if they had left their queues since they were leased. */
    public void missNextReads(int reads) {
        messages.missNextReads(reads);
    }

    /** How many readings that were ordered to find none are yet to come. */
    public int missingReads() {
        return messages.missingReads();
    }

    public void setSpaceLow(boolean low) {
        synchronized (tables) {
            spaceLow = low;
        }
    }

    /** Every record so far, in order. */
    public List<StampedRecord> history() {
        synchronized (tables) {
            return List.copyOf(history);
        }
    }

    public int credentialLookups() {
        synchronized (tables) {
            return credentialLookups;
        }
    }

    @Override
    public Committed commit(Batch batch) {
        synchronized (tables) {
            throwIfOrdered(failingCommits);
            Instant now = now();
            var required = batch.requirements();
            WorkingSet rows = loader.load(required, now, spaceLow);
            Batch.Decided decided = batch.decide(rows);
            Stamp stamp = new Stamp(lastSeq + 1, now);
            List<StampedRecord> records = decided.stamped(stamp);
            records.forEach(tables::apply);
            loader.requireSame(required, rows);
            history.addAll(records);
            lastSeq += decided.events();
            lastTime = now;
            return new Committed(decided.outcomes(stamp), records);
        }
    }

    /** Never before the last commit. */
    private Instant now() {
        return clock.instant().isAfter(lastTime) ? clock.instant() : lastTime;
    }

    static void throwIfOrdered(Deque<RuntimeException> failures) {
        RuntimeException failure = failures.pollFirst();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Optional<Credential> find(ByteString digest) {
        synchronized (tables) {
            throwIfOrdered(failingLookups);
            credentialLookups++;
            return Optional.ofNullable(tables.credentials.get(digest)).map(caller -> new Credential(digest, caller));
        }
    }

    @Override
    public Optional<StateEntry> get(String key) {
        synchronized (tables) {
            return Optional.ofNullable(tables.state.get(MemoryTables.utf8(key)));
        }
    }

    @Override
    public List<String> keys(String prefix, String afterKey, int keysMax) {
        synchronized (tables) {
            ByteString after = MemoryTables.utf8(afterKey);
            return tables.state.entrySet().stream()
                    .filter(entry -> entry.getKey().compareTo(after) > 0)
                    .map(entry -> entry.getValue().key())
                    .filter(key -> key.startsWith(prefix))
                    .limit(keysMax)
                    .toList();
        }
    }

    @Override
    public long countKeys(String prefix) {
        synchronized (tables) {
            return tables.state.values().stream()
                    .filter(entry -> entry.key().startsWith(prefix))
                    .count();
        }
    }

    @Override
    public StateTotals totals() {
        synchronized (tables) {
            return new StateTotals(tables.stateBytes(), tables.state.size());
        }
    }

    @Override
    public long lastSeq() {
        synchronized (tables) {
            return lastSeq;
        }
    }

    @Override
    public List<Event> eventsAfter(long since, int eventsMax) {
        synchronized (tables) {
            return history.stream()
                    .filter(stamped -> stamped.seq() > since)
                    .limit(eventsMax)
                    .map(stamped -> new Event(
                            stamped.seq(),
                            stamped.time(),
                            stamped.record().type().orElseThrow(),
                            stamped.record().agent(),
                            ByteString.EMPTY))
                    .toList();
        }
    }

    /** The whole page at once: what is in memory takes no effort worth bounding. */
    @Override
    public EventPage find(EventQuery query) {
        synchronized (tables) {
            List<Event> all = eventsAfter(query.after(), Integer.MAX_VALUE).stream()
                    .filter(event ->
                            event.seq() < query.before() && query.filter().matches(event))
                    .toList();
            boolean forwards = query.order() == EventQuery.Order.OLDEST_FIRST;
            List<Event> ordered = forwards ? all : all.reversed();
            List<Event> page = ordered.subList(0, Math.min(query.eventsMax(), ordered.size()));
            boolean hasMore = page.size() < ordered.size();
            long end = forwards ? Math.max(query.after(), lastSeq) : query.after() + 1;
            return new EventPage(page, hasMore ? page.getLast().seq() : end, hasMore);
        }
    }

    @Override
    public ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        synchronized (tables) {
            return Objects.requireNonNull(secrets.computeIfAbsent(name, absent -> maker.get()));
        }
    }

    @Override
    public String placeOf(String name) {
        return "memory, under " + name;
    }

    @Override
    public List<StateSummary> summaries(String prefix, String afterKey, int keysMax) {
        return keys(prefix, afterKey, keysMax).stream()
                .map(key -> get(key).orElseThrow())
                .map(entry -> new StateSummary(
                        entry.key(),
                        entry.lastModifiedBy(),
                        entry.lastModifiedAt(),
                        entry.value().size()))
                .toList();
    }

    @Override
    public CommitStore commits() {
        return this;
    }

    @Override
    public CredentialStore credentials() {
        return this;
    }

    @Override
    public RegistryStore registry() {
        return new MemoryRegistry(tables);
    }

    @Override
    public MessageStore messages() {
        return messages;
    }

    @Override
    public WebhookStore webhooks() {
        return new MemoryWebhooks(tables);
    }

    @Override
    public ActivityStore activity() {
        return new NoActivity();
    }

    @Override
    public StateStore state() {
        return this;
    }

    @Override
    public EventStore events() {
        return this;
    }

    @Override
    public RemovalStore removals() {
        return new NoRemovals();
    }

    @Override
    public SecretStore secrets() {
        return this;
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public void close() {}
}
