package dev.agentkernel.core.commit;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.state.StateFootprint;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one batch in memory: loaded by the storage, read by the decisions, and carried forward by each decision's records,
 * so that every mutation sees what those before it in the batch decided. Belongs to one thread.
 */
public final class WorkingSet {

    private final Instant now;
    private final boolean spaceLow;
    private final Map<String, AgentRow> agents = new HashMap<>();
    private final Map<UUID, OperatorRow> operators = new HashMap<>();
    private final QueueRows queues = new QueueRows();
    private final Map<String, StateRow> state = new HashMap<>();
    private final Map<IdempotencyKey, IdempotencyRow> idempotency = new HashMap<>();
    private final Set<BlockRef> blocks = new HashSet<>();
    private final Set<ByteString> usedChallenges = new HashSet<>();
    private final Map<RemovalTarget, Long> removals = new HashMap<>();
    private LastRemoval lastRemoval = LastRemoval.NONE;
    private long stateBytes;
    private long stateKeys;

    /**
     * Starts an empty set.
     *
     * @param now the time that decisions go by: never before the last event's, and one clock for all replicas of a database
     * @param spaceLow whether the disk is down to its reserve
     */
    public WorkingSet(Instant now, boolean spaceLow) {
        this.now = now;
        this.spaceLow = spaceLow;
    }

    // Loading, by the storage.

    public void load(AgentRow row) {
        agents.put(row.address(), row);
    }

    public void load(OperatorRow row) {
        operators.put(row.operatorId(), row);
    }

    public void loadQueue(String address, QueueRow row) {
        queues.load(address, row);
    }

    public void loadState(String key, StateRow row) {
        state.put(key, row);
    }

    public void load(IdempotencyKey key, IdempotencyRow row) {
        idempotency.put(key, row);
    }

    public void loadBlock(BlockRef block) {
        blocks.add(block);
    }

    public void loadUsedChallenge(ByteString challenge) {
        usedChallenges.add(challenge);
    }

    /** Appends to the queue's waiting messages: call in order of {@code seq}. */
    public void loadWaiting(QueueRef queue, WaitingRow row) {
        queues.load(queue, row);
    }

    public void load(LeaseRow row) {
        queues.load(row);
    }

    public void load(QueuedRow row) {
        queues.load(row);
    }

    /** How many messages of a sender wait in a deep queue, where that was required. */
    public void loadWaitingFrom(String recipient, String sender, long messages) {
        queues.loadWaitingFrom(recipient, sender, messages);
    }

    public void load(DeadRow row) {
        queues.load(row);
    }

    public void load(LastRemoval last) {
        lastRemoval = last;
    }

    /** The number of the last entry of the transparency log that is of a target. */
    public void loadRemoval(RemovalTarget target, long number) {
        removals.put(target, number);
    }

    /** A message that is on its way to its recipient's webhook, or rests before another attempt. */
    public void loadPushing(String recipient, long seq) {
        queues.loadPushing(recipient, seq);
    }

    public void loadStateTotals(long bytes, long keys) {
        stateBytes = bytes;
        stateKeys = keys;
    }

    public void loadQueueTotals(long bytes) {
        queues.loadBytes(bytes);
    }

    // Reading, by the decisions.

    /** The time that decisions go by. */
    public Instant now() {
        return now;
    }

    /** Whether the disk is down to its reserve: what makes the store grow is refused, and reads are not logged. */
    public boolean spaceLow() {
        return spaceLow;
    }

    /**
     * Lets pass whoever's credential is still the one that was verified.
     *
     * @throws RefusedException {@code unauthorized} if it was rotated, or its holder is gone
     */
    public void requireCurrent(Caller caller) {
        boolean current = switch (caller) {
            case Caller.AgentCaller agent -> {
                AgentRow row = agents.get(agent.address());
                yield row != null && row.credentialVersion() == agent.credentialVersion();
            }
            case Caller.OperatorCaller operator -> {
                OperatorRow row = operators.get(operator.operatorId());
                yield row != null && row.credentialVersion() == operator.credentialVersion();
            }
        };
        if (!current) {
            throw new RefusedException(ErrorCode.UNAUTHORIZED, "The token is not valid any more.");
        }
    }

    public Optional<AgentRow> agent(String address) {
        return Optional.ofNullable(agents.get(address));
    }

    /** The operator's row, which the caller check has already found. */
    public OperatorRow operator(UUID operatorId) {
        return existing(operators.get(operatorId), "operator", operatorId);
    }

    /** The counters of an existing agent's queue. */
    public QueueRow queue(String address) {
        return queues.queue(address);
    }

    public Optional<StateRow> state(String key) {
        return Optional.ofNullable(state.get(key));
    }

    public Optional<IdempotencyRow> idempotency(IdempotencyKey key) {
        return Optional.ofNullable(idempotency.get(key))
                .filter(row -> row.expiresAt().isAfter(now));
    }

    /** Whether an agent refuses a sender's messages. */
    public boolean isBlocked(String address, String sender) {
        return blocks.contains(new BlockRef(address, sender));
    }

    public boolean isUsed(ByteString challenge) {
        return usedChallenges.contains(challenge);
    }

    /** The oldest waiting messages of a queue, as far as they were required. */
    public List<WaitingRow> waiting(QueueRef queue) {
        return queues.waiting(queue);
    }

    /** Whether a message is on its way to the agent's webhook, or rests before another attempt; known where a push is claimed. */
    public boolean isPushing(String recipient) {
        return queues.isPushing(recipient);
    }

    /** The lease of a message, if it is leased. */
    public Optional<LeaseRow> lease(long seq) {
        return queues.lease(seq);
    }

    /** The lease of the message with an id, if it is leased. */
    public Optional<LeaseRow> leaseOf(UUID messageId) {
        return queues.leaseOf(messageId);
    }

    /** A message in a queue, as far as it was required by its seq. */
    public Optional<QueuedRow> queued(long seq) {
        return queues.queued(seq);
    }

    /** A dead letter, as far as it was required by its message's id. */
    public Optional<DeadRow> deadLetter(UUID messageId) {
        return queues.deadLetter(messageId);
    }

    /** How many messages of a sender wait in a queue, where that may be as many as are allowed; 0 where it cannot. */
    public long waitingFrom(String recipient, String sender) {
        return queues.waitingFrom(recipient, sender);
    }

    public LastRemoval lastRemoval() {
        return lastRemoval;
    }

    /** The number of a target's last removal; 0 when there is none. */
    public long lastRemovalOf(RemovalTarget target) {
        return removals.getOrDefault(target, 0L);
    }

    public long stateBytes() {
        return stateBytes;
    }

    public long stateKeys() {
        return stateKeys;
    }

    public long queueBytes() {
        return queues.bytes();
    }

    // Carrying forward, by the batch.

    /** Applies a decided record, as the tables will. */
    void apply(LogRecord record) {
        switch (record) {
            case LogRecord.OperatorCreated r -> load(new OperatorRow(r.operatorId(), 1, 0));
            case LogRecord.AgentRegistered r -> registered(r);
            case LogRecord.OperatorKeyRotated r ->
                operators.computeIfPresent(
                        r.operatorId(), (id, row) -> new OperatorRow(id, r.version(), row.agentCount()));
            case LogRecord.AgentTokenRotated r ->
                agents.computeIfPresent(r.address(), (address, row) -> row.withCredentialVersion(r.version()));
            case LogRecord.WebhookChanged r ->
                agents.computeIfPresent(
                        r.address(), (address, row) -> row.withWebhook(r.webhookUrl() != null, r.secretVersion()));
            case LogRecord.WebhookHealthChanged r ->
                agents.computeIfPresent(
                        r.address(),
                        (address, row) -> row.withOpenUntil(r.health().openUntil()));
            case LogRecord.MessagesRerouted r -> queues.rerouted(r);
            case LogRecord.ProfileChanged r -> {}
            case LogRecord.ContentRemoved r -> removed(r);
            case LogRecord.ContentErased r -> {}
            case LogRecord.SenderBlocked r -> {
                blocks.add(new BlockRef(r.address(), r.sender()));
                agents.computeIfPresent(r.address(), (address, row) -> row.withBlocks(1));
            }
            case LogRecord.SenderUnblocked r -> {
                blocks.remove(new BlockRef(r.address(), r.sender()));
                agents.computeIfPresent(r.address(), (address, row) -> row.withBlocks(-1));
            }
            case LogRecord.AgentDeregistered r -> deregistered(r);
            case LogRecord.ChallengeUsed r -> usedChallenges.add(r.challenge());
            case LogRecord.MessageSent r -> sent(r);
            case LogRecord.MessagesLeased r -> queues.leased(r);
            case LogRecord.LeaseReplaced r -> queues.replaced(r);
            case LogRecord.MessagesReturned r -> queues.returned(r);
            case LogRecord.MessageDelivered r -> queues.delivered(r);
            case LogRecord.MessageDead r -> queues.died(r);
            case LogRecord.MessageExpired r -> queues.dropped(r.copy());
            case LogRecord.DeadLetterRequeued r -> queues.requeued(r);
            case LogRecord.DeadLetterDeleted r -> queues.deleted(r);
            case LogRecord.StateWritten r -> written(r);
            case LogRecord.StateDeleted r -> {
                state.remove(r.key());
                stateBytes -= StateFootprint.of(r.key(), r.previousValueBytes());
                stateKeys--;
            }
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
        }
    }

    private void registered(LogRecord.AgentRegistered r) {
        boolean hasWebhook = r.webhookUrl() != null;
        load(new AgentRow(r.address(), r.operatorId(), 1, hasWebhook, hasWebhook ? 1 : 0, 0));
        loadQueue(r.address(), new QueueRow(0, 0, 0));
        operators.computeIfPresent(
                r.operatorId(), (id, row) -> new OperatorRow(id, row.credentialVersion(), row.agentCount() + 1));
    }

    private void deregistered(LogRecord.AgentDeregistered r) {
        agents.remove(r.address());
        queues.dropped(r);
        operators.computeIfPresent(
                r.operatorId(), (id, row) -> new OperatorRow(id, row.credentialVersion(), row.agentCount() - 1));
    }

    private void sent(LogRecord.MessageSent r) {
        queues.sent(r);
        if (r.idempotency() != null) {
            idempotency.put(
                    new IdempotencyKey(r.from(), r.idempotency().key()),
                    new IdempotencyRow(
                            r.idempotency().fingerprint(),
                            r.messageId(),
                            r.to(),
                            Optional.empty(),
                            r.idempotency().expiresAt()));
        }
    }

    private void removed(LogRecord.ContentRemoved r) {
        lastRemoval = new LastRemoval(r.removal().number(), r.removal().entryHash());
        removals.put(r.removal().target(), r.removal().number());
        if (r.previousValueBytes() >= 0) {
            state.put(r.removal().target().name(), new StateRow(-1, Removal.PLACEHOLDER_BYTES));
            stateBytes += Removal.PLACEHOLDER_BYTES - r.previousValueBytes();
        }
        if (r.copy() != null) {
            queues.dropped(r.copy());
        }
    }

    private void written(LogRecord.StateWritten r) {
        boolean isNew = r.previousValueBytes() < 0;
        state.put(r.key(), new StateRow(-1, r.value().size()));
        stateBytes += StateFootprint.of(r.key(), r.value().size())
                - (isNew ? 0 : StateFootprint.of(r.key(), r.previousValueBytes()));
        stateKeys += isNew ? 1 : 0;
    }

    static <T> T existing(@Nullable T row, String what, Object id) {
        if (row == null) {
            throw new IllegalStateException(
                    "no " + what + " row for " + id + " in the batch: a mutation did not require it");
        }
        return row;
    }
}
