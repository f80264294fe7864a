package dev.agentkernel.storage.embedded;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What a batch adds to and takes from the counters, summed up so that each counter row is written once. */
final class CounterChanges {

    private static final String UPDATE_QUEUE = """
            UPDATE queues SET depth = depth + ?, content_bytes = content_bytes + ?, pull_waiting = pull_waiting + ?
            WHERE agent = ?""";
    private static final String UPDATE_TOTALS = """
            UPDATE totals SET state_bytes = state_bytes + ?, state_keys = state_keys + ?, queue_bytes = queue_bytes + ?,
                agent_count = agent_count + ? WHERE id = 1""";

    private final Map<Long, QueueChange> queues = new HashMap<>();
    private long stateBytes;
    private long stateKeys;
    private long queueBytes;
    private long agentCount;

    private static final class QueueChange {
        private long depth;
        private long bytes;
        private long pullWaiting;
    }

    void queue(long agent, int depth, int bytes, int pullWaiting) {
        QueueChange change = queues.computeIfAbsent(agent, any -> new QueueChange());
        change.depth += depth;
        change.bytes += bytes;
        change.pullWaiting += pullWaiting;
        queueBytes += bytes;
    }

    void state(long bytes, int keys) {
        stateBytes += bytes;
        stateKeys += keys;
    }

    void agentRegistered() {
        agentCount++;
    }

    /** The agent's queue is gone, with the bytes that it held after every change so far. */
    void agentDeregistered(long agent, long bytes) {
        queues.remove(agent);
        queueBytes -= bytes;
        agentCount--;
    }

    void write(H2Session session, KnownAgents agents) throws SQLException {
        PreparedStatement queue = session.prepare(UPDATE_QUEUE);
        for (Map.Entry<Long, QueueChange> entry : queues.entrySet()) {
            QueueChange change = entry.getValue();
            queue.setLong(1, change.depth);
            queue.setLong(2, change.bytes);
            queue.setLong(3, change.pullWaiting);
            queue.setLong(4, entry.getKey());
            if (queue.executeUpdate() != 1) {
                throw new IllegalStateException("there is no queue of agent number " + entry.getKey());
            }
            agents.addToQueue(entry.getKey(), change.depth, change.bytes, change.pullWaiting);
        }
        if (stateBytes != 0 || stateKeys != 0 || queueBytes != 0 || agentCount != 0) {
            PreparedStatement totals = session.prepare(UPDATE_TOTALS);
            totals.setLong(1, stateBytes);
            totals.setLong(2, stateKeys);
            totals.setLong(3, queueBytes);
            totals.setLong(4, agentCount);
            totals.executeUpdate();
        }
    }
}
