package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.storage.records.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a batch's records change, gathered so that each table is written by one statement however many records there are: the
 * tables are a pure function of the records.
 */
final class TableChanges {

    private static final String EVENTS = """
            INSERT INTO events (seq, received_at, type, agent, data)
            SELECT c.last_seq - ?::bigint + r.place, TIMESTAMPTZ 'epoch' + c.last_time * INTERVAL '1 microsecond',
                r.type, r.agent, r.data
            FROM counter c, unnest(?::text[], ?::text[], ?::bytea[]) WITH ORDINALITY AS r (type, agent, data, place)
            WHERE c.id = 1""";

    private final RegistryChanges registry = new RegistryChanges();
    private final AccountChanges accounts = new AccountChanges();
    private final MessageChanges messages = new MessageChanges();
    private final RemovalChanges removals = new RemovalChanges();
    private final StateChanges state = new StateChanges();
    private final List<EventRow> events = new ArrayList<>();

    /** By how much the batch changes what the store holds in all. */
    record Totals(long stateBytes, long stateKeys, long queueBytes, long agents) {}

    private record EventRow(String type, @Nullable String agent, ByteString data) {}

    /** Gathers the changes of the records, in their order. */
    TableChanges(List<LogRecord> records) {
        for (LogRecord record : records) {
            record.type()
                    .ifPresent(type ->
                            events.add(new EventRow(type.wireName(), record.agent(), RecordWriter.dataOf(record))));
            apply(record, events.size());
        }
    }

    private void apply(LogRecord record, long place) {
        switch (record) {
            case LogRecord.OperatorCreated r -> registry.created(r, place);
            case LogRecord.AgentRegistered r -> registry.registered(r, place);
            case LogRecord.OperatorKeyRotated r -> registry.rotated(r);
            case LogRecord.AgentTokenRotated r -> accounts.rotated(r);
            case LogRecord.WebhookChanged r -> accounts.changed(r);
            case LogRecord.WebhookHealthChanged r -> accounts.changed(r);
            case LogRecord.MessagesRerouted r -> messages.rerouted(r);
            case LogRecord.ProfileChanged r -> accounts.changed(r);
            case LogRecord.SenderBlocked r -> accounts.blocked(r.address(), r.sender(), true);
            case LogRecord.SenderUnblocked r -> accounts.blocked(r.address(), r.sender(), false);
            case LogRecord.AgentDeregistered r -> {
                accounts.deregistered(r);
                messages.dropped(r);
            }
            case LogRecord.ChallengeUsed r -> registry.used(r);
            case LogRecord.MessageSent r -> messages.sent(r, place);
            case LogRecord.MessagesLeased r -> messages.leased(r);
            case LogRecord.LeaseReplaced r -> messages.replaced(r);
            case LogRecord.MessagesReturned r -> messages.returned(r);
            case LogRecord.MessageDelivered r -> messages.delivered(r);
            case LogRecord.MessageDead r -> messages.died(r);
            case LogRecord.MessageExpired r -> messages.removed(r.copy());
            case LogRecord.DeadLetterRequeued r -> messages.requeued(r);
            case LogRecord.DeadLetterDeleted r -> messages.deleted(r);
            case LogRecord.StateWritten r -> state.written(r, place);
            case LogRecord.StateDeleted r -> state.deleted(r);
            case LogRecord.ContentRemoved r -> {
                removals.removed(r, place);
                if (r.previousValueBytes() >= 0) {
                    state.redacted(r);
                }
                if (r.copy() != null) {
                    messages.removed(r.copy());
                }
            }
            case LogRecord.ContentErased r -> removals.erased(r);
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
        }
    }

    /** How many of the records are events and take a {@code seq}. */
    int events() {
        return events.size();
    }

    /** Whether agents or credentials changed or died, so that whoever decided by them must decide anew. */
    boolean revokesCredentials() {
        return registry.revokes() || accounts.revokes();
    }

    /** By how much the batch changes the totals. */
    Totals totals() {
        return new Totals(
                state.bytes(),
                state.keys(),
                messages.queueBytes(),
                registry.agentCount() - accounts.deregisteredCount());
    }

    /**
     * Adds what needs no place in history, so that it is done before the lock on history is taken.
     *
     * @param generations tells the newest generation of each queue that the batch locked
     */
    void writeUnplaced(Script script, ToLongFunction<String> generations) {
        registry.writeUnplaced(script);
        messages.writeUnplaced(script, generations);
        accounts.writeUnplaced(script);
        removals.writeUnplaced(script);
        state.writeUnplaced(script);
    }

    /** Adds what carries a {@code seq} or the time, once the batch has its place. */
    void writePlaced(Script script) {
        registry.writePlaced(script, events.size());
        messages.writePlaced(script, events.size());
        removals.writePlaced(script, events.size());
        state.writePlaced(script, events.size());
        if (!events.isEmpty()) {
            script.run(
                    EVENTS,
                    (long) events.size(),
                    Columns.texts(events, EventRow::type),
                    Columns.texts(events, EventRow::agent),
                    Columns.bytes(events, event -> event.data().unsafeArray()));
        }
    }
}
