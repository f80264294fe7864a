package dev.agentkernel.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.OperatorRow;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryTables.Message;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.OperatorEntry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** What a batch needs of the tables, as a working set; and whether that ended where the tables did. */
final class MemoryRows {

    private final MemoryTables tables;

    MemoryRows(MemoryTables tables) {
        this.tables = tables;
    }

    /** Loads exactly what is required: a mutation that looks at more finds nothing there. */
    WorkingSet load(Requirements required, Instant now, boolean spaceLow) {
        WorkingSet rows = new WorkingSet(now, spaceLow);
        loadAccounts(required, rows);
        required.queues().stream()
                .filter(tables.agents::containsKey)
                .forEach(address -> rows.loadQueue(address, tables.queueRow(address)));
        required.stateKeys().forEach(key -> stateRow(key).ifPresent(row -> rows.loadState(key, row)));
        required.idempotencyKeys()
                .forEach(key -> Optional.ofNullable(tables.idempotency.get(key)).ifPresent(row -> rows.load(key, row)));
        required.claims().forEach((queue, most) -> loadClaim(queue, most, rows));
        tables.messages.values().forEach(message -> loadNamed(required, message, rows));
        if (required.needsStateTotals()) {
            rows.loadStateTotals(tables.stateBytes(), tables.state.size());
        }
        if (required.needsQueueTotals()) {
            rows.loadQueueTotals(tables.queueBytes());
        }
        return rows;
    }

    private void loadAccounts(Requirements required, WorkingSet rows) {
        required.agents().stream()
                .flatMap(address -> Optional.ofNullable(tables.agents.get(address)).stream())
                .forEach(agent -> rows.load(new AgentRow(
                        agent.address(),
                        agent.operatorId(),
                        Objects.requireNonNull(tables.agentVersions.get(agent.address())),
                        agent.webhookUrl() != null,
                        agent.webhookSecretVersion(),
                        tables.blocksOf(agent.address()).size(),
                        tables.healthOf(agent.address()).openUntil())));
        required.blocks().stream().filter(tables.blocks::contains).forEach(rows::loadBlock);
        required.operators().stream().filter(tables.operators::containsKey).forEach(id -> rows.load(operatorRow(id)));
        required.challenges().stream().filter(tables.usedChallenges::contains).forEach(rows::loadUsedChallenge);
    }

    private void loadClaim(QueueRef queue, int most, WorkingSet rows) {
        List<Message> ofQueue = tables.messages.values().stream()
                .filter(message -> message.recipient().equals(queue.recipient()) && message.route() == queue.route())
                .toList();
        if (queue.route() == Route.PUSH) {
            ofQueue.stream()
                    .filter(message -> message.lease().isPresent())
                    .forEach(message -> rows.loadPushing(queue.recipient(), message.seq()));
        }
        ofQueue.stream()
                .filter(message -> message.lease().isEmpty() && !message.isExpiredAt(rows.now()))
                .limit(most)
                .forEach(message -> rows.loadWaiting(
                        queue,
                        new WaitingRow(
                                message.seq(),
                                message.sent().messageId(),
                                message.bytes(),
                                message.attempts(),
                                message.expiresAt())));
    }

    private static void loadNamed(Requirements required, Message message, WorkingSet rows) {
        UUID id = message.sent().messageId();
        if (required.leasedMessages().contains(message.seq())
                || required.leasedMessageIds().contains(id)) {
            message.lease().ifPresent(lease -> rows.load(leaseRow(message, lease)));
        }
        if (required.queuedMessages().contains(message.seq())) {
            rows.load(new QueuedRow(
                    message.recipient(),
                    message.seq(),
                    id,
                    message.route(),
                    message.bytes(),
                    message.lease().isEmpty(),
                    message.expiresAt()));
        }
        if (message.route() == Route.DEAD && required.deadLetters().contains(id)) {
            rows.load(new DeadRow(message.recipient(), message.seq(), id, message.bytes()));
        }
    }

    /** Holds the rows that a batch carried forward against the tables after its records. */
    void requireSame(Requirements required, WorkingSet rows) {
        required.queues().stream()
                .filter(tables.agents::containsKey)
                .forEach(address -> assertThat(rows.queue(address))
                        .as("counters of the queue of %s", address)
                        .isEqualTo(tables.queueRow(address)));
        required.operators().stream()
                .filter(tables.operators::containsKey)
                .forEach(id -> assertThat(rows.operator(id)).isEqualTo(operatorRow(id)));
        required.stateKeys()
                .forEach(key -> assertThat(rows.state(key).map(StateRow::valueBytes))
                        .as("bytes of the value of %s", key)
                        .isEqualTo(stateRow(key).map(StateRow::valueBytes)));
        required.leasedMessages()
                .forEach(seq -> assertThat(rows.lease(seq).map(LeaseRow::leaseId))
                        .as("lease of message %s", seq)
                        .isEqualTo(Optional.ofNullable(tables.messages.get(seq))
                                .flatMap(Message::lease)
                                .map(LogRecord.MessagesLeased::leaseId)));
        if (required.needsStateTotals()) {
            assertThat(rows.stateBytes()).as("bytes of the state store").isEqualTo(tables.stateBytes());
            assertThat(rows.stateKeys()).as("keys of the state store").isEqualTo(tables.state.size());
        }
        if (required.needsQueueTotals()) {
            assertThat(rows.queueBytes()).as("bytes of all queues").isEqualTo(tables.queueBytes());
        }
    }

    private OperatorRow operatorRow(UUID id) {
        OperatorEntry entry = Objects.requireNonNull(tables.operators.get(id));
        return new OperatorRow(id, Objects.requireNonNull(tables.operatorVersions.get(id)), entry.agentCount());
    }

    private Optional<StateRow> stateRow(String key) {
        return Optional.ofNullable(tables.state.get(MemoryTables.utf8(key)))
                .map(entry -> new StateRow(entry.version(), entry.value().size()));
    }

    private static LeaseRow leaseRow(Message message, LogRecord.MessagesLeased lease) {
        LeasedMessage leased =
                new LeasedMessage(message.seq(), message.sent().messageId(), message.bytes(), message.attempts());
        return new LeaseRow(
                lease.recipient(),
                lease.route(),
                lease.leaseId(),
                lease.leasedUntil(),
                lease.leasedBy(),
                leased,
                message.expiresAt());
    }
}
