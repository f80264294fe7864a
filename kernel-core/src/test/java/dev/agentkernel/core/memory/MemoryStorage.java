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
import dev.agentkernel.core.memory.MemoryTables.Message;
import dev.agentkernel.core.messages.ExpiredMessage;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.registry.OperatorEntry;
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
import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A storage that keeps everything in memory and nothing on disk. Each commit also proves that the working set, carried forward
 * by the records, ends where the tables end. Failures are ordered beforehand. Safe for use by many threads.
 */
public final class MemoryStorage
        implements Storage,
                CommitStore,
                CredentialStore,
                RegistryStore,
                MessageStore,
                StateStore,
                EventStore,
                SecretStore {

    private final InstantSource clock;
    private final MemoryTables tables = new MemoryTables();
    private final List<StampedRecord> history = new ArrayList<>();
    private final Deque<RuntimeException> failingCommits = new ArrayDeque<>();
    private final Deque<RuntimeException> failingReads = new ArrayDeque<>();
    private final Map<String, ByteString> secrets = new HashMap<>();
    private Instant lastTime = Instant.EPOCH;
    private long lastSeq;
    private boolean spaceLow;
    private int credentialLookups;

    public MemoryStorage(InstantSource clock) {
        this.clock = clock;
    }

    /** Lets the next commit that nothing else was ordered for fail. */
    public synchronized void failNextCommit(RuntimeException failure) {
        failingCommits.addLast(failure);
    }

    /** Lets the next reading of messages fail. */
    public synchronized void failNextRead(RuntimeException failure) {
        failingReads.addLast(failure);
    }

    public synchronized void setSpaceLow(boolean low) {
        spaceLow = low;
    }

    /** Every record so far, in order. */
    public synchronized List<StampedRecord> history() {
        return List.copyOf(history);
    }

    public synchronized int credentialLookups() {
        return credentialLookups;
    }

    @Override
    public synchronized Committed commit(Batch batch) {
        throwIfOrdered(failingCommits);
        Instant now = clock.instant().isAfter(lastTime) ? clock.instant() : lastTime;
        var required = batch.requirements();
        WorkingSet rows = tables.load(required, now, spaceLow);
        Batch.Decided decided = batch.decide(rows);
        Stamp stamp = new Stamp(lastSeq + 1, now);
        List<StampedRecord> records = decided.stamped(stamp);
        records.forEach(tables::apply);
        tables.requireSame(required, rows);
        history.addAll(records);
        lastSeq += decided.events();
        lastTime = now;
        return new Committed(decided.outcomes(stamp), records);
    }

    private static void throwIfOrdered(Deque<RuntimeException> failures) {
        RuntimeException failure = failures.pollFirst();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public synchronized Optional<Credential> find(ByteString digest) {
        credentialLookups++;
        return Optional.ofNullable(tables.credentials.get(digest)).map(caller -> new Credential(digest, caller));
    }

    @Override
    public synchronized Optional<AgentEntry> agent(String address) {
        return Optional.ofNullable(tables.agents.get(address));
    }

    @Override
    public synchronized List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        return tables.agents.values().stream()
                .filter(agent -> agent.registeredSeq() > afterSeq && agent.profile() != null)
                .filter(agent -> agent.profile().tags().stream()
                        .map(AgentProfile::comparable)
                        .anyMatch(tag::equals))
                .limit(agentsMax)
                .toList();
    }

    @Override
    public synchronized List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return tables.agents.values().stream()
                .filter(agent -> agent.registeredSeq() > afterSeq && agent.profile() != null)
                .limit(agentsMax)
                .toList();
    }

    @Override
    public synchronized List<String> blockedBy(String address) {
        return tables.blocksOf(address);
    }

    @Override
    public synchronized Optional<OperatorEntry> operator(UUID operatorId) {
        return Optional.ofNullable(tables.operators.get(operatorId));
    }

    @Override
    public synchronized List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        return tables.agents.values().stream()
                .filter(agent -> agent.registeredSeq() > afterSeq)
                .limit(agentsMax)
                .toList();
    }

    @Override
    public synchronized long agentCount() {
        return tables.agents.size();
    }

    @Override
    public synchronized List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return tables.agents.values().stream()
                .filter(agent -> agent.operatorId().equals(operatorId) && agent.registeredSeq() > afterSeq)
                .limit(agentsMax)
                .toList();
    }

    @Override
    public synchronized boolean hasWaiting(String recipient) {
        return tables.queueRow(recipient).pullWaiting() > 0;
    }

    @Override
    public synchronized QueueDepth depth(String recipient) {
        var row = tables.queueRow(recipient);
        return new QueueDepth(row.depth(), row.bytes(), row.pullWaiting());
    }

    @Override
    public synchronized QueueTotals queueTotals() {
        long bytes = tables.messages.values().stream().mapToLong(Message::bytes).sum();
        return new QueueTotals(tables.messages.size(), bytes, 0);
    }

    @Override
    public synchronized List<QueuedMessage> read(String recipient, List<Long> seqs) {
        throwIfOrdered(failingReads);
        return seqs.stream()
                .flatMap(seq -> Optional.ofNullable(tables.messages.get(seq)).stream())
                .filter(message -> message.recipient().equals(recipient))
                .map(MemoryStorage::queued)
                .toList();
    }

    private static QueuedMessage queued(Message message) {
        var sent = message.sent();
        return new QueuedMessage(
                message.seq(),
                sent.messageId(),
                sent.from(),
                sent.to(),
                sent.content(),
                message.time(),
                sent.context());
    }

    @Override
    public synchronized List<HeldLease> expiredLeases(int leasesMax) {
        Instant now = clock.instant().isAfter(lastTime) ? clock.instant() : lastTime;
        return tables.messages.values().stream()
                .filter(message -> message.lease()
                        .filter(lease -> !lease.leasedUntil().isAfter(now))
                        .isPresent())
                .sorted(Comparator.comparing(
                        message -> message.lease().orElseThrow().leasedUntil()))
                .limit(leasesMax)
                .map(MemoryStorage::held)
                .toList();
    }

    @Override
    public synchronized List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax) {
        return tables.messages.values().stream()
                .filter(message -> message.seq() > afterSeq)
                .filter(message -> message.lease()
                        .filter(lease -> lease.leasedBy().equals(leasedBy))
                        .isPresent())
                .limit(leasesMax)
                .map(MemoryStorage::held)
                .toList();
    }

    @Override
    public synchronized List<ExpiredMessage> expiredMessages(int messagesMax) {
        Instant now = clock.instant().isAfter(lastTime) ? clock.instant() : lastTime;
        return tables.messages.values().stream()
                .filter(message -> message.lease().isEmpty() && message.isExpiredAt(now))
                .limit(messagesMax)
                .map(message -> new ExpiredMessage(message.recipient(), message.seq()))
                .toList();
    }

    @Override
    public synchronized List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax) {
        return dead(recipient)
                .filter(message -> message.seq() > afterSeq)
                .limit(lettersMax)
                .map(message -> new LeasedMessage(
                        message.seq(), message.sent().messageId(), message.bytes(), message.attempts()))
                .toList();
    }

    @Override
    public synchronized long deadLetterCount(String recipient) {
        return dead(recipient).count();
    }

    private Stream<Message> dead(String recipient) {
        return tables.messages.values().stream()
                .filter(message -> message.recipient().equals(recipient) && message.route() == Route.DEAD);
    }

    private static HeldLease held(Message message) {
        return new HeldLease(message.recipient(), message.lease().orElseThrow().leaseId(), message.seq());
    }

    @Override
    public synchronized Optional<StateEntry> get(String key) {
        return Optional.ofNullable(tables.state.get(MemoryTables.utf8(key)));
    }

    @Override
    public synchronized List<String> keys(String prefix, String afterKey, int keysMax) {
        ByteString after = MemoryTables.utf8(afterKey);
        return tables.state.entrySet().stream()
                .filter(entry -> entry.getKey().compareTo(after) > 0)
                .map(entry -> entry.getValue().key())
                .filter(key -> key.startsWith(prefix))
                .limit(keysMax)
                .toList();
    }

    @Override
    public synchronized long countKeys(String prefix) {
        return tables.state.values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .count();
    }

    @Override
    public synchronized StateTotals totals() {
        return new StateTotals(tables.stateBytes(), tables.state.size());
    }

    @Override
    public synchronized long lastSeq() {
        return lastSeq;
    }

    @Override
    public synchronized List<Event> eventsAfter(long since, int eventsMax) {
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

    /** The whole page at once: what is in memory takes no effort worth bounding. */
    @Override
    public synchronized EventPage find(EventQuery query) {
        List<Event> all = eventsAfter(query.after(), Integer.MAX_VALUE).stream()
                .filter(event -> event.seq() < query.before() && query.filter().matches(event))
                .toList();
        boolean forwards = query.order() == EventQuery.Order.OLDEST_FIRST;
        List<Event> ordered = forwards ? all : all.reversed();
        List<Event> page = ordered.subList(0, Math.min(query.eventsMax(), ordered.size()));
        boolean hasMore = page.size() < ordered.size();
        long end = forwards ? Math.max(query.after(), lastSeq) : query.after() + 1;
        return new EventPage(page, hasMore ? page.getLast().seq() : end, hasMore);
    }

    @Override
    public synchronized ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        return Objects.requireNonNull(secrets.computeIfAbsent(name, absent -> maker.get()));
    }

    @Override
    public String placeOf(String name) {
        return "memory, under " + name;
    }

    /** Nothing is ever counted here. */
    @Override
    public ActivityStore activity() {
        return new ActivityStore() {
            @Override
            public long position() {
                return 0;
            }

            @Override
            public int countNext(int eventsMax) {
                return 0;
            }

            @Override
            public Map<String, AgentActivity> activityOf(Collection<String> addresses) {
                return Map.of();
            }

            @Override
            public List<AgentLink> heaviestLinks(int linksMax) {
                return List.of();
            }

            @Override
            public List<AgentLink> linksFrom(String address, int linksMax) {
                return List.of();
            }

            @Override
            public List<AgentLink> linksTo(String address, int linksMax) {
                return List.of();
            }
        };
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
        return this;
    }

    @Override
    public MessageStore messages() {
        return this;
    }

    @Override
    public WebhookStore webhooks() {
        return new WebhookStore() {
            @Override
            public WaitingAgents waiting(@Nullable String from, int agentsMax) {
                synchronized (MemoryStorage.this) {
                    return tables.waitingToBePushed(from, agentsMax);
                }
            }

            @Override
            public List<WebhookEndpoint> endpoints(Collection<String> addresses) {
                synchronized (MemoryStorage.this) {
                    return tables.endpoints()
                            .filter(endpoint -> addresses.contains(endpoint.address()))
                            .toList();
                }
            }

            @Override
            public List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax) {
                synchronized (MemoryStorage.this) {
                    return tables.endpoints()
                            .filter(endpoint -> endpoint.registeredSeq() > afterSeq)
                            .limit(endpointsMax)
                            .toList();
                }
            }
        };
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
