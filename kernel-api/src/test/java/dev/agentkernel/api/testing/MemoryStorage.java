package dev.agentkernel.api.testing;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Credential;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.ExpiredMessage;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
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
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory, for tests of what is in front of it: one working set lives on from batch to batch. What was returned waits
 * at the end of its queue, and nothing expires.
 */
public final class MemoryStorage
        implements Storage, CommitStore, CredentialStore, RegistryStore, MessageStore, StateStore, EventStore {

    private final WorkingSet rows = new WorkingSet(Instant.now(), false);
    private final Map<ByteString, Credential> credentials = new ConcurrentHashMap<>();
    private final Map<UUID, OperatorEntry> operators = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, AgentEntry> agents = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, QueuedMessage> queued = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, String> leased = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<ByteString, StateEntry> entries = new ConcurrentSkipListMap<>();
    private final List<StampedRecord> log = new ArrayList<>();
    private long lastSeq;

    /** What the next calls of a facet throw, instead of doing their work; {@code null} for nothing. */
    public volatile @Nullable RuntimeException failure;

    @Override
    public synchronized Committed commit(Batch batch) {
        failIfAsked();
        Batch.Decided decided = batch.decide(rows);
        Stamp stamp = new Stamp(lastSeq + 1, Instant.now().truncatedTo(ChronoUnit.MICROS));
        List<StampedRecord> stamped = decided.stamped(stamp);
        stamped.forEach(this::apply);
        log.addAll(stamped);
        lastSeq += decided.events();
        return new Committed(decided.outcomes(stamp), stamped);
    }

    private void apply(StampedRecord stamped) {
        switch (stamped.record()) {
            case LogRecord.OperatorCreated r -> {
                operators.put(r.operatorId(), new OperatorEntry(r.operatorId(), stamped.time(), 0));
                know(r.keyDigest(), new Caller.OperatorCaller(r.operatorId(), 1));
            }
            case LogRecord.OperatorKeyRotated r ->
                know(r.keyDigest(), new Caller.OperatorCaller(r.operatorId(), r.version()));
            case LogRecord.AgentRegistered r -> registered(stamped, r);
            case LogRecord.AgentTokenRotated r ->
                know(r.tokenDigest(), new Caller.AgentCaller(r.address(), r.version()));
            case LogRecord.WebhookChanged r -> replace(r.address(), agent -> changed(agent, r));
            case LogRecord.ProfileChanged r -> replace(r.address(), agent -> changed(agent, r));
            case LogRecord.SenderBlocked r -> {}
            case LogRecord.SenderUnblocked r -> {}
            case LogRecord.AgentDeregistered r -> deregistered(r);
            case LogRecord.MessageSent r -> {
                queued.put(
                        stamped.seq(),
                        new QueuedMessage(
                                stamped.seq(),
                                r.messageId(),
                                r.from(),
                                r.to(),
                                r.content(),
                                stamped.time(),
                                r.context()));
                rows.loadWaiting(
                        new QueueRef(r.to(), r.route()),
                        new WaitingRow(stamped.seq(), r.messageId(), r.content().size(), 0));
            }
            case LogRecord.MessagesLeased r ->
                r.messages().forEach(message -> leased.put(message.seq(), r.recipient()));
            case LogRecord.LeaseReplaced r -> {}
            case LogRecord.MessagesReturned r ->
                r.messages().forEach(message -> {
                    leased.remove(message.seq());
                    rows.loadWaiting(
                            new QueueRef(r.recipient(), r.route()),
                            new WaitingRow(
                                    message.seq(), message.messageId(), message.contentBytes(), message.attempt()));
                });
            case LogRecord.MessageDelivered r -> {
                leased.remove(r.messageSeq());
                queued.remove(r.messageSeq());
            }
            case LogRecord.MessagesRerouted r -> {}
            case LogRecord.MessageDead r -> throw new IllegalStateException("nothing dies in memory");
            case LogRecord.MessageExpired r -> throw new IllegalStateException("nothing expires in memory");
            case LogRecord.DeadLetterRequeued r -> {}
            case LogRecord.DeadLetterDeleted r -> {}
            case LogRecord.WebhookHealthChanged r -> {}
            case LogRecord.StateWritten r -> {
                entries.put(
                        utf8(r.key()),
                        new StateEntry(r.key(), r.value(), r.writtenBy(), stamped.time(), stamped.seq()));
                rows.loadState(r.key(), new StateRow(stamped.seq(), r.value().size()));
            }
            case LogRecord.StateDeleted r -> entries.remove(utf8(r.key()));
            case LogRecord.ChallengeUsed r -> {}
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
            case LogRecord.ContentRemoved r -> throw new IllegalStateException("nothing is removed in memory");
            case LogRecord.ContentErased r -> {}
        }
    }

    private void registered(StampedRecord stamped, LogRecord.AgentRegistered r) {
        agents.put(
                stamped.seq(),
                new AgentEntry(
                        r.address(),
                        r.operatorId(),
                        stamped.time(),
                        stamped.seq(),
                        r.webhookUrl(),
                        r.webhookUrl() == null ? 0 : 1,
                        null,
                        null));
        operators.computeIfPresent(
                r.operatorId(), (id, entry) -> new OperatorEntry(id, entry.createdAt(), entry.agentCount() + 1));
        know(r.tokenDigest(), new Caller.AgentCaller(r.address(), 1));
    }

    private void know(ByteString digest, Caller caller) {
        credentials.values().removeIf(old -> isSame(old.caller(), caller));
        credentials.put(digest, new Credential(digest, caller));
    }

    private static boolean isSame(Caller one, Caller other) {
        return one instanceof Caller.OperatorCaller a
                        && other instanceof Caller.OperatorCaller b
                        && a.operatorId().equals(b.operatorId())
                || one instanceof Caller.AgentCaller c
                        && other instanceof Caller.AgentCaller d
                        && c.address().equals(d.address());
    }

    private void replace(String address, UnaryOperator<AgentEntry> change) {
        agents.replaceAll((seq, agent) -> agent.address().equals(address) ? change.apply(agent) : agent);
    }

    private static AgentEntry changed(AgentEntry agent, LogRecord.WebhookChanged r) {
        return new AgentEntry(
                agent.address(),
                agent.operatorId(),
                agent.registeredAt(),
                agent.registeredSeq(),
                r.webhookUrl(),
                r.secretVersion(),
                r.secretRotatedAt(),
                agent.profile());
    }

    private static AgentEntry changed(AgentEntry agent, LogRecord.ProfileChanged r) {
        return new AgentEntry(
                agent.address(),
                agent.operatorId(),
                agent.registeredAt(),
                agent.registeredSeq(),
                agent.webhookUrl(),
                agent.webhookSecretVersion(),
                agent.webhookSecretRotatedAt(),
                r.profile());
    }

    private void deregistered(LogRecord.AgentDeregistered r) {
        agents.values().removeIf(agent -> agent.address().equals(r.address()));
        credentials.values().removeIf(old -> isSame(old.caller(), new Caller.AgentCaller(r.address(), 0)));
        queued.values().removeIf(message -> message.to().equals(r.address()));
        leased.values().removeIf(r.address()::equals);
        operators.computeIfPresent(
                r.operatorId(), (id, entry) -> new OperatorEntry(id, entry.createdAt(), entry.agentCount() - 1));
    }

    private void failIfAsked() {
        RuntimeException asked = failure;
        if (asked != null) {
            throw asked;
        }
    }

    private static ByteString utf8(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    /** The records of one type so far. */
    public synchronized <R extends LogRecord> List<R> records(Class<R> type) {
        return log.stream()
                .map(StampedRecord::record)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public Optional<Credential> find(ByteString digest) {
        failIfAsked();
        return Optional.ofNullable(credentials.get(digest));
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        failIfAsked();
        return agents.values().stream()
                .filter(agent -> agent.address().equals(address))
                .findAny();
    }

    @Override
    public List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        return agentsWithProfile(afterSeq, Integer.MAX_VALUE).stream()
                .filter(agent -> agent.profile() != null
                        && agent.profile().tags().stream()
                                .map(AgentProfile::comparable)
                                .anyMatch(tag::equals))
                .limit(agentsMax)
                .toList();
    }

    @Override
    public List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return agents.tailMap(afterSeq, false).values().stream()
                .filter(agent -> agent.profile() != null)
                .limit(agentsMax)
                .toList();
    }

    @Override
    public List<String> blockedBy(String address) {
        return List.of();
    }

    @Override
    public Optional<OperatorEntry> operator(UUID operatorId) {
        return Optional.ofNullable(operators.get(operatorId));
    }

    @Override
    public List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        failIfAsked();
        return agents.tailMap(afterSeq, false).values().stream()
                .limit(agentsMax)
                .toList();
    }

    @Override
    public long agentCount() {
        return agents.size();
    }

    @Override
    public List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return agents.tailMap(afterSeq, false).values().stream()
                .filter(agent -> agent.operatorId().equals(operatorId))
                .limit(agentsMax)
                .toList();
    }

    @Override
    public boolean hasWaiting(String recipient) {
        return waiting(recipient).findAny().isPresent();
    }

    private Stream<QueuedMessage> waiting(String recipient) {
        return queued.values().stream()
                .filter(message -> message.to().equals(recipient) && !leased.containsKey(message.seq()));
    }

    @Override
    public QueueDepth depth(String recipient) {
        long waiting = waiting(recipient).count();
        return new QueueDepth(waiting, 0, waiting);
    }

    @Override
    public QueueTotals queueTotals() {
        return new QueueTotals(queued.size(), 0, 0);
    }

    @Override
    public List<QueuedMessage> read(String recipient, List<Long> seqs) {
        return seqs.stream().flatMap(seq -> Stream.ofNullable(queued.get(seq))).toList();
    }

    @Override
    public List<HeldLease> expiredLeases(int leasesMax) {
        return List.of();
    }

    @Override
    public List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax) {
        return List.of();
    }

    @Override
    public List<ExpiredMessage> expiredMessages(int messagesMax) {
        return List.of();
    }

    @Override
    public List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax) {
        return List.of();
    }

    @Override
    public long deadLetterCount(String recipient) {
        return 0;
    }

    @Override
    public Optional<StateEntry> get(String key) {
        failIfAsked();
        return Optional.ofNullable(entries.get(utf8(key)));
    }

    @Override
    public List<String> keys(String prefix, String afterKey, int keysMax) {
        return entries.tailMap(utf8(afterKey), false).values().stream()
                .map(StateEntry::key)
                .filter(key -> key.startsWith(prefix))
                .limit(keysMax)
                .toList();
    }

    @Override
    public long countKeys(String prefix) {
        return entries.values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .count();
    }

    @Override
    public StateTotals totals() {
        long bytes = entries.values().stream()
                .mapToLong(entry -> utf8(entry.key()).size() + entry.value().size())
                .sum();
        return new StateTotals(bytes, entries.size());
    }

    @Override
    public synchronized long lastSeq() {
        return lastSeq;
    }

    @Override
    public List<dev.agentkernel.core.events.Event> eventsAfter(long since, int eventsMax) {
        throw new IllegalStateException("nobody reads events over this interface yet");
    }

    @Override
    public dev.agentkernel.core.events.EventPage find(dev.agentkernel.core.events.EventQuery query) {
        throw new IllegalStateException("nobody reads events over this interface yet");
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
                return new WaitingAgents(List.of(), null);
            }

            @Override
            public List<WebhookEndpoint> endpoints(Collection<String> addresses) {
                return endpointsAfter(0, Integer.MAX_VALUE).stream()
                        .filter(endpoint -> addresses.contains(endpoint.address()))
                        .toList();
            }

            @Override
            public List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax) {
                return agents.tailMap(afterSeq, false).values().stream()
                        .flatMap(MemoryStorage::endpoint)
                        .limit(endpointsMax)
                        .toList();
            }
        };
    }

    private static Stream<WebhookEndpoint> endpoint(AgentEntry agent) {
        return Stream.ofNullable(agent.webhookUrl())
                .map(url -> new WebhookEndpoint(
                        agent.address(),
                        agent.registeredSeq(),
                        url,
                        agent.webhookSecretVersion(),
                        agent.webhookSecretRotatedAt(),
                        WebhookHealth.UNKNOWN,
                        false));
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
        return new SecretStore() {
            @Override
            public ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
                return maker.get();
            }

            @Override
            public String placeOf(String name) {
                return "memory";
            }
        };
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public void close() {}
}
