package dev.agentkernel.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.commit.IdempotencyRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.MemoryTables.Message;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateFootprint;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tables as plain maps, a pure function of the records. Counters are counted anew each time, so that they can judge those
 * that a working set carries forward.
 */
final class MemoryTables {

    final Map<String, AgentEntry> agents = new LinkedHashMap<>();
    final Map<UUID, OperatorEntry> operators = new LinkedHashMap<>();
    final Map<ByteString, Caller> credentials = new HashMap<>();
    final Map<Long, Message> messages = new TreeMap<>();
    final Map<ByteString, StateEntry> state = new TreeMap<>();
    final Map<IdempotencyKey, IdempotencyRow> idempotency = new HashMap<>();
    final Set<ByteString> usedChallenges = new HashSet<>();
    private final Map<String, WebhookHealth> healths = new HashMap<>();
    final Set<BlockRef> blocks = new HashSet<>();
    final Map<UUID, Integer> operatorVersions = new HashMap<>();
    final Map<String, Integer> agentVersions = new HashMap<>();

    /** A queued message; the lease is empty while it waits. */
    record Message(
            long seq,
            Instant time,
            LogRecord.MessageSent sent,
            Route route,
            int attempts,
            Optional<LogRecord.MessagesLeased> lease) {

        String recipient() {
            return sent.to();
        }

        @Nullable
        Instant expiresAt() {
            Duration timeToLive = sent.context().timeToLive();
            return timeToLive == null ? null : time.plus(timeToLive);
        }

        boolean isExpiredAt(Instant now) {
            Instant end = expiresAt();
            return end != null && !end.isAfter(now);
        }

        int bytes() {
            return sent.content().size();
        }
    }

    void apply(StampedRecord stamped) {
        switch (stamped.record()) {
            case LogRecord.OperatorCreated r -> {
                operators.put(r.operatorId(), new OperatorEntry(r.operatorId(), stamped.time(), 0));
                newKey(r.operatorId(), 1, r.keyDigest());
            }
            case LogRecord.OperatorKeyRotated r -> newKey(r.operatorId(), r.version(), r.keyDigest());
            case LogRecord.AgentRegistered r -> registered(stamped, r);
            case LogRecord.AgentTokenRotated r -> newToken(r.address(), r.version(), r.tokenDigest());
            case LogRecord.WebhookChanged r -> {
                agents.computeIfPresent(r.address(), (address, agent) -> changed(agent, r));
                healths.remove(r.address());
            }
            case LogRecord.WebhookHealthChanged r -> healths.put(r.address(), r.health());
            case LogRecord.MessagesRerouted r -> r.seqs().forEach(this::reroute);
            case LogRecord.ProfileChanged r ->
                agents.computeIfPresent(r.address(), (address, agent) -> changed(agent, r));
            case LogRecord.SenderBlocked r ->
                assertThat(blocks.add(new BlockRef(r.address(), r.sender()))).isTrue();
            case LogRecord.SenderUnblocked r ->
                assertThat(blocks.remove(new BlockRef(r.address(), r.sender()))).isTrue();
            case LogRecord.AgentDeregistered r -> deregistered(r);
            case LogRecord.ChallengeUsed r -> usedChallenges.add(r.challenge());
            case LogRecord.MessageSent r -> sent(stamped, r);
            case LogRecord.MessagesLeased r ->
                r.messages().forEach(leased -> replace(leased.seq(), r.route(), leased.attempt(), Optional.of(r)));
            case LogRecord.LeaseReplaced r -> replaced(r);
            case LogRecord.MessagesReturned r ->
                r.messages().forEach(leased -> replace(leased.seq(), r.route(), leased.attempt(), Optional.empty()));
            case LogRecord.MessageDelivered r ->
                assertThat(messages.remove(r.messageSeq())).isNotNull();
            case LogRecord.MessageDead r -> replace(r.messageSeq(), Route.DEAD, r.attempts(), Optional.empty());
            case LogRecord.MessageExpired r ->
                assertThat(messages.remove(r.copy().seq())).isNotNull();
            case LogRecord.DeadLetterRequeued r -> {
                assertThat(Objects.requireNonNull(messages.get(r.messageSeq())).route())
                        .isEqualTo(Route.DEAD);
                replace(r.messageSeq(), r.route(), 0, Optional.empty());
            }
            case LogRecord.DeadLetterDeleted r ->
                assertThat(Objects.requireNonNull(messages.remove(r.messageSeq()))
                                .route())
                        .isEqualTo(Route.DEAD);
            case LogRecord.StateWritten r ->
                state.put(
                        utf8(r.key()),
                        new StateEntry(r.key(), r.value(), r.writtenBy(), stamped.time(), stamped.seq()));
            case LogRecord.StateDeleted r ->
                assertThat(state.remove(utf8(r.key()))).isNotNull();
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
            case LogRecord.ContentRemoved r -> throw new IllegalStateException("nothing is removed in memory");
            case LogRecord.ContentErased r -> {}
        }
    }

    private void newKey(UUID operatorId, int version, ByteString digest) {
        operatorVersions.put(operatorId, version);
        credentials
                .values()
                .removeIf(caller -> caller instanceof Caller.OperatorCaller operator
                        && operator.operatorId().equals(operatorId));
        credentials.put(digest, new Caller.OperatorCaller(operatorId, version));
    }

    private void newToken(String address, int version, ByteString digest) {
        agentVersions.put(address, version);
        credentials
                .values()
                .removeIf(caller -> caller instanceof Caller.AgentCaller agent
                        && agent.address().equals(address));
        credentials.put(digest, new Caller.AgentCaller(address, version));
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

    List<String> blocksOf(String address) {
        return blocks.stream()
                .filter(block -> block.address().equals(address))
                .map(BlockRef::sender)
                .sorted()
                .toList();
    }

    private void deregistered(LogRecord.AgentDeregistered r) {
        QueueRow queue = queueRow(r.address());
        assertThat(r.queueMessages()).as("messages of the dropped queue").isEqualTo(queue.depth());
        assertThat(r.queueBytes()).as("bytes of the dropped queue").isEqualTo(queue.bytes());
        assertThat(agents.remove(r.address())).isNotNull();
        healths.remove(r.address());
        credentials
                .values()
                .removeIf(caller -> caller instanceof Caller.AgentCaller agent
                        && agent.address().equals(r.address()));
        messages.values().removeIf(message -> message.recipient().equals(r.address()));
        blocks.removeIf(block -> block.address().equals(r.address()));
        operators.computeIfPresent(
                r.operatorId(), (id, entry) -> new OperatorEntry(id, entry.createdAt(), entry.agentCount() - 1));
    }

    private void registered(StampedRecord stamped, LogRecord.AgentRegistered r) {
        agents.put(
                r.address(),
                new AgentEntry(
                        r.address(),
                        r.operatorId(),
                        stamped.time(),
                        stamped.seq(),
                        r.webhookUrl(),
                        r.webhookUrl() == null ? 0 : 1,
                        null,
                        null));
        newToken(r.address(), 1, r.tokenDigest());
        operators.computeIfPresent(
                r.operatorId(), (id, entry) -> new OperatorEntry(id, entry.createdAt(), entry.agentCount() + 1));
    }

    private void sent(StampedRecord stamped, LogRecord.MessageSent r) {
        messages.put(stamped.seq(), new Message(stamped.seq(), stamped.time(), r, r.route(), 0, Optional.empty()));
        IdempotencyEntry entry = r.idempotency();
        if (entry != null) {
            idempotency.put(
                    new IdempotencyKey(r.from(), entry.key()),
                    new IdempotencyRow(
                            entry.fingerprint(),
                            r.messageId(),
                            r.to(),
                            Optional.of(stamped.time()),
                            entry.expiresAt()));
        }
    }

    private void replaced(LogRecord.LeaseReplaced r) {
        LogRecord.MessagesLeased lease = new LogRecord.MessagesLeased(
                r.recipient(), r.route(), r.leaseId(), r.leasedUntil(), r.leasedBy(), r.messages());
        r.messages().forEach(leased -> {
            assertThat(Objects.requireNonNull(messages.get(leased.seq())).lease())
                    .isPresent();
            replace(leased.seq(), r.route(), leased.attempt(), Optional.of(lease));
        });
    }

    private void replace(long seq, Route route, int attempts, Optional<LogRecord.MessagesLeased> lease) {
        Message before = Objects.requireNonNull(messages.get(seq), "no message " + seq);
        messages.put(seq, new Message(seq, before.time(), before.sent(), route, attempts, lease));
    }

    private void reroute(long seq) {
        Message before = Objects.requireNonNull(messages.get(seq), "no message " + seq);
        assertThat(before.lease()).isEmpty();
        replace(seq, Route.PULL, before.attempts(), Optional.empty());
    }

    WebhookHealth healthOf(String address) {
        return healths.getOrDefault(address, WebhookHealth.UNKNOWN);
    }

    WaitingAgents waitingToBePushed(@Nullable String from, int agentsMax) {
        List<String> addresses = messages.values().stream()
                .filter(message ->
                        message.route() == Route.PUSH && message.lease().isEmpty())
                .map(Message::recipient)
                .filter(address -> from == null || address.compareTo(from) > 0)
                .distinct()
                .sorted()
                .limit(agentsMax)
                .toList();
        return new WaitingAgents(addresses, addresses.size() < agentsMax ? null : addresses.getLast());
    }

    Stream<WebhookEndpoint> endpoints() {
        return agents.values().stream()
                .flatMap(agent -> Optional.ofNullable(agent.webhookUrl()).stream()
                        .map(url -> new WebhookEndpoint(
                                agent.address(),
                                agent.operatorId(),
                                agent.registeredSeq(),
                                url,
                                agent.webhookSecretVersion(),
                                agent.webhookSecretRotatedAt(),
                                healthOf(agent.address()),
                                isDue(agent.address()))));
    }

    private boolean isDue(String address) {
        List<Message> pushes = messages.values().stream()
                .filter(message -> message.recipient().equals(address) && message.route() == Route.PUSH)
                .toList();
        return !pushes.isEmpty()
                && pushes.stream().allMatch(message -> message.lease().isEmpty());
    }

    QueueRow queueRow(String address) {
        List<Message> queue = messages.values().stream()
                .filter(message -> message.recipient().equals(address))
                .toList();
        long pullWaiting = queue.stream()
                .filter(message -> message.lease().isEmpty() && message.route() == Route.PULL)
                .count();
        return new QueueRow(
                queue.size(), queue.stream().mapToLong(Message::bytes).sum(), pullWaiting);
    }

    long stateBytes() {
        return state.values().stream()
                .mapToLong(entry -> StateFootprint.of(entry.key(), entry.value().size()))
                .sum();
    }

    long queueBytes() {
        return messages.values().stream().mapToLong(Message::bytes).sum();
    }

    static ByteString utf8(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }
}
