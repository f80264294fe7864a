package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.storage.records.ActivityChanges;
import dev.agentkernel.storage.records.ActivityChanges.AgentChange;
import dev.agentkernel.storage.records.ActivityChanges.LinkChange;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.ActivityTally.Summed;
import dev.agentkernel.storage.records.Micros;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of activity in tables that all replicas share, from the tally of the committer or from the log. One replica counts at a
 * time, by a lock that ends with its transaction; the place is found and moved on in that transaction, so that nothing is counted
 * twice, and nothing is read in vain by those who do not count.
 */
final class PostgresActivityStore implements ActivityStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresActivityStore.class);

    /** Any number, the same on every replica and of every version. */
    private static final long LOCK = 0x6b65726e656c6163L;

    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(" + LOCK + ")";
    private static final String POSITION = "SELECT last_seq FROM activity_position WHERE id = 1";
    private static final String LAST_SEQ = "SELECT last_seq FROM counter WHERE id = 1";
    private static final String ADVANCE = "UPDATE activity_position SET last_seq = ? WHERE id = 1";
    private static final String ADD_AGENTS = """
            INSERT INTO agent_activity AS a (address, messages_sent, messages_received, state_writes, last_active)
            SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            ON CONFLICT (address) DO UPDATE SET messages_sent = a.messages_sent + excluded.messages_sent,
                messages_received = a.messages_received + excluded.messages_received,
                state_writes = a.state_writes + excluded.state_writes,
                last_active = greatest(a.last_active, excluded.last_active)""";
    private static final String ADD_LINKS = """
            INSERT INTO agent_links AS l (sender, recipient, messages)
            SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[])
            ON CONFLICT (sender, recipient) DO UPDATE SET messages = l.messages + excluded.messages""";
    private static final String ACTIVITY = """
            SELECT address, messages_sent, messages_received, state_writes, last_active FROM agent_activity
            WHERE address = ANY (?::text[])""";
    private static final String LINKS = "SELECT sender, recipient, messages FROM agent_links ";
    private static final String MOST_FIRST = " ORDER BY messages DESC LIMIT ?";

    private final Connections connections;
    private final PooledReads reads;
    private final ActivityTally tally;

    // Guarded by this.
    private @Nullable Connection writer;

    /** With the tally of what this process commits. */
    PostgresActivityStore(Connections connections, PooledReads reads, ActivityTally tally) {
        this.connections = connections;
        this.reads = reads;
        this.tally = tally;
    }

    @Override
    public long position() {
        return reads.one(POSITION, row -> row.getLong(1));
    }

    @Override
    public synchronized int countNext(int eventsMax) {
        try {
            Connection open = writer();
            if (!isMine(open)) {
                open.rollback();
                return 0;
            }
            Place place = place(open);
            Summed next = tally.take(place.counted(), eventsMax).orElse(null);
            if (next == null) {
                next = fromLog(open, place, eventsMax);
            }
            write(open, next);
            return (int) (next.upTo() - place.counted());
        } catch (SQLException failed) {
            close();
            throw SqlFailures.translate("the counts of activity cannot be written at present", failed);
        } catch (RuntimeException fault) {
            close();
            throw fault;
        }
    }

    /** Up to where is counted, and up to where the log goes. */
    private record Place(long counted, long last) {}

    private static Place place(Connection open) throws SQLException {
        List<Long> seqs = new ArrayList<>();
        Script script = new Script();
        script.query(POSITION, row -> seqs.add(row.getLong(1)));
        script.query(LAST_SEQ, row -> seqs.add(row.getLong(1)));
        script.execute(open);
        return new Place(seqs.get(0), seqs.get(1));
    }

    private Summed fromLog(Connection open, Place place, int eventsMax) throws SQLException {
        long tallied = tally.after();
        // Up to where the tally begins, so that the next step can go on with it.
        long end = tallied > place.counted() ? Math.min(tallied, place.last()) : place.last();
        long upTo = Math.min(place.counted() + eventsMax, end);
        return new Summed(place.counted(), upTo, LoggedActivity.between(open, place.counted(), upTo));
    }

    private static void write(Connection open, Summed next) throws SQLException {
        if (next.upTo() == next.after()) {
            open.rollback();
            return;
        }
        Script script = script(next.changes());
        script.run(ADVANCE, next.upTo());
        script.run("COMMIT");
        script.execute(open);
    }

    private Connection writer() throws SQLException {
        Connection open = writer;
        if (open == null) {
            open = connections.openWriter();
            open.setAutoCommit(false);
            writer = open;
        }
        return open;
    }

    private static boolean isMine(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(TRY_LOCK)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static Script script(ActivityChanges changes) {
        List<AgentChange> agents = changes.agents();
        List<LinkChange> links = changes.links();
        Script script = new Script();
        script.run(
                ADD_AGENTS,
                Columns.texts(agents, AgentChange::address),
                Columns.longs(agents, AgentChange::sent),
                Columns.longs(agents, AgentChange::received),
                Columns.longs(agents, AgentChange::writes),
                Columns.longs(agents, AgentChange::lastActiveMicros));
        script.run(
                ADD_LINKS,
                Columns.texts(links, LinkChange::from),
                Columns.texts(links, LinkChange::to),
                Columns.longs(links, LinkChange::messages));
        return script;
    }

    @Override
    public Map<String, AgentActivity> activityOf(Collection<String> addresses) {
        return reads
                .list(ACTIVITY, PostgresActivityStore::activity, (Object) Columns.texts(addresses, text -> text))
                .stream()
                .collect(Collectors.toMap(AgentActivity::address, Function.identity()));
    }

    private static AgentActivity activity(ResultSet row) throws SQLException {
        long lastActive = row.getLong(5);
        return new AgentActivity(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                lastActive == 0 ? null : Micros.toInstant(lastActive));
    }

    @Override
    public List<AgentLink> heaviestLinks(int linksMax) {
        return links(LINKS + MOST_FIRST, linksMax);
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
        return reads.list(sql, row -> new AgentLink(row.getString(1), row.getString(2), row.getLong(3)), values);
    }

    @Override
    public synchronized void close() {
        Connection open = writer;
        writer = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException alreadyBroken) {
            log.debug("Closing the projector's connection failed", alreadyBroken);
        }
    }
}
