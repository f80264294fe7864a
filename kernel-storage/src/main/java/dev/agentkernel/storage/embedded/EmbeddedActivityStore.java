package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.storage.records.ActivityChanges;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.ActivityTally.Summed;
import dev.agentkernel.storage.records.Micros;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of activity in H2. The committer's tally has the sums of what was committed since the last step, and the log has
 * everything before; they are written in the committer's place, on its session and between two of its batches, few rows at a time
 * so that no batch waits for long.
 *
 * <p>A step that a crash cuts off is taken up where it was: the range of events is stored with its first rows, and every row says
 * up to where it counts.
 */
final class EmbeddedActivityStore implements ActivityStore {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedActivityStore.class);

    /** Written while the committer waits: about a millisecond. */
    private static final int ROWS_AT_ONCE = 64;

    private static final String POSITION = "SELECT last_seq, target_seq FROM activity_position WHERE id = 1";
    private static final String AIM = "UPDATE activity_position SET target_seq = ? WHERE id = 1";
    private static final String ADVANCE = "UPDATE activity_position SET last_seq = ? WHERE id = 1";
    private static final String ADD_AGENT = """
            UPDATE agent_activity SET messages_sent = messages_sent + ?, messages_received = messages_received + ?,
                state_writes = state_writes + ?, last_active = GREATEST(last_active, ?), counted_seq = ?
            WHERE address = ? AND counted_seq < ?""";
    private static final String INSERT_AGENT = """
            MERGE INTO agent_activity USING (VALUES (CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT),
                CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS VARCHAR))) AS n (sent, received, writes, active, seq, address)
            ON agent_activity.address = n.address
            WHEN NOT MATCHED THEN INSERT (messages_sent, messages_received, state_writes, last_active, counted_seq, address)
            VALUES (n.sent, n.received, n.writes, n.active, n.seq, n.address)""";
    private static final String ADD_LINK = """
            UPDATE agent_links SET messages = messages + ?, weight = LOG(2, messages + ?), counted_seq = ?
            WHERE sender = ? AND recipient = ? AND counted_seq < ?""";
    private static final String INSERT_LINK = """
            MERGE INTO agent_links USING (VALUES (CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS VARCHAR),
                CAST(? AS VARCHAR))) AS n (messages, seq, sender, recipient)
            ON agent_links.sender = n.sender AND agent_links.recipient = n.recipient
            WHEN NOT MATCHED THEN INSERT (messages, weight, counted_seq, sender, recipient)
            VALUES (n.messages, LOG(2, n.messages), n.seq, n.sender, n.recipient)""";
    private static final String ACTIVITY = """
            SELECT messages_sent, messages_received, state_writes, last_active FROM agent_activity
            WHERE address = ?""";
    private static final String LINKS = "SELECT sender, recipient, messages FROM agent_links ";
    private static final String HEAVIEST = "SELECT MAX(weight) FROM agent_links";
    private static final String MOST_FIRST = " ORDER BY messages DESC FETCH FIRST ? ROWS ONLY";

    private final H2Database database;
    private final LiveTables tables;
    private final EventStore history;
    private final ActivityTally tally;

    EmbeddedActivityStore(H2Database database, LiveTables tables, EventStore history, ActivityTally tally) {
        this.database = database;
        this.tables = tables;
        this.history = history;
        this.tally = tally;
    }

    /** From where to where is counted; both are the same between two steps. */
    private record Range(long after, long upTo) {

        boolean isCutOff() {
            return upTo > after;
        }
    }

    /** One row to be written. */
    @FunctionalInterface
    private interface RowChange {
        void write(H2Session open, long upTo) throws SQLException;
    }

    @Override
    public long position() {
        return stored().after();
    }

    private Range stored() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(POSITION).executeQuery()) {
                row.next();
                return new Range(row.getLong(1), row.getLong(2));
            }
        });
    }

    @Override
    public synchronized int countNext(int eventsMax) {
        Range stored = stored();
        if (stored.isCutOff()) {
            return write(fromLog(stored.after(), stored.upTo()));
        }
        Optional<Summed> summed = tally.take(stored.after(), eventsMax);
        if (summed.isPresent()) {
            return write(summed.get());
        }
        long upTo = Math.min(stored.after() + eventsMax, tally.after());
        return upTo > stored.after() ? write(fromLog(stored.after(), upTo)) : 0;
    }

    private Summed fromLog(long after, long upTo) {
        return new Summed(after, upTo, ActivityChanges.between(history, after, upTo));
    }

    /** Completes a step that was cut off, so that all counts are up to {@link #position}. */
    synchronized void finishStep() {
        Range stored = stored();
        if (stored.isCutOff()) {
            write(fromLog(stored.after(), stored.upTo()));
        }
    }

    private int write(Summed step) {
        List<RowChange> rows = rows(step.changes());
        int written = 0;
        do {
            int end = Math.min(rows.size(), written + ROWS_AT_ONCE);
            write(rows.subList(written, end), step.upTo(), end == rows.size());
            written = end;
        } while (written < rows.size());
        return (int) (step.upTo() - step.after());
    }

    private static List<RowChange> rows(ActivityChanges changes) {
        List<RowChange> rows = new ArrayList<>();
        changes.agents().forEach(agent -> rows.add((open, upTo) -> add(open, agent, upTo)));
        changes.links().forEach(link -> rows.add((open, upTo) -> add(open, link, upTo)));
        return rows;
    }

    private void write(List<RowChange> rows, long upTo, boolean last) {
        tables.hold();
        try {
            write(tables.session(), rows, upTo, last);
        } finally {
            tables.release();
        }
    }

    private void write(H2Session open, List<RowChange> rows, long upTo, boolean last) {
        try {
            update(open, AIM, upTo);
            for (RowChange row : rows) {
                row.write(open, upTo);
            }
            if (last) {
                update(open, ADVANCE, upTo);
            }
            open.connection().commit();
            tables.checkpoint();
        } catch (SQLException | RuntimeException failed) {
            throw takeBack(open, failed);
        }
    }

    private static void add(H2Session open, ActivityChanges.AgentChange agent, long upTo) throws SQLException {
        int updated = update(
                open,
                ADD_AGENT,
                agent.sent(),
                agent.received(),
                agent.writes(),
                agent.lastActiveMicros(),
                upTo,
                agent.address(),
                upTo);
        if (updated == 0) {
            update(
                    open,
                    INSERT_AGENT,
                    agent.sent(),
                    agent.received(),
                    agent.writes(),
                    agent.lastActiveMicros(),
                    upTo,
                    agent.address());
        }
    }

    private static void add(H2Session open, ActivityChanges.LinkChange link, long upTo) throws SQLException {
        if (update(open, ADD_LINK, link.messages(), link.messages(), upTo, link.from(), link.to(), upTo) == 0) {
            update(open, INSERT_LINK, link.messages(), upTo, link.from(), link.to());
        }
    }

    private RuntimeException takeBack(H2Session open, Exception failed) {
        try {
            open.connection().rollback();
        } catch (SQLException broken) {
            failed.addSuppressed(broken);
        }
        if (H2Failure.isDamage(failed) || !tables.works()) {
            log.warn("The embedded database failed; it is opened anew from the event log", failed);
            tables.drop(failed);
        }
        return H2Failure.of(failed, "the embedded database did not take the counts of activity");
    }

    private static int update(H2Session open, String sql, Object... values) throws SQLException {
        PreparedStatement statement = open.prepare(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement.executeUpdate();
    }

    @Override
    public Map<String, AgentActivity> activityOf(Collection<String> addresses) {
        return database.read(session -> {
            Map<String, AgentActivity> found = new HashMap<>();
            PreparedStatement statement = session.prepare(ACTIVITY);
            for (String address : addresses) {
                statement.setString(1, address);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        found.put(address, activity(address, row));
                    }
                }
            }
            return found;
        });
    }

    private static AgentActivity activity(String address, ResultSet row) throws SQLException {
        long lastActive = row.getLong(4);
        return new AgentActivity(
                address,
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                lastActive == 0 ? null : Micros.toInstant(lastActive));
    }

    /** Goes down the powers of two, one of which all links of a weight are in, until there are enough. */
    @Override
    public List<AgentLink> heaviestLinks(int linksMax) {
        List<AgentLink> heaviest = new ArrayList<>();
        for (int weight = heaviestWeight(); weight >= 0 && heaviest.size() < linksMax; weight--) {
            heaviest.addAll(links(LINKS + "WHERE weight = ?" + MOST_FIRST, weight, linksMax - heaviest.size()));
        }
        return heaviest;
    }

    /** -1 when there are no links. */
    private int heaviestWeight() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(HEAVIEST).executeQuery()) {
                row.next();
                int weight = row.getInt(1);
                return row.wasNull() ? -1 : weight;
            }
        });
    }

    @Override
    public List<AgentLink> linksFrom(String address, int linksMax) {
        return links(LINKS + "WHERE sender = ?" + MOST_FIRST, address, linksMax);
    }

    @Override
    public List<AgentLink> linksTo(String address, int linksMax) {
        return links(LINKS + "WHERE recipient = ?" + MOST_FIRST, address, linksMax);
    }

    private List<AgentLink> links(String sql, Object... values) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(sql);
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<AgentLink> links = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    links.add(new AgentLink(row.getString(1), row.getString(2), row.getLong(3)));
                }
            }
            return links;
        });
    }
}
