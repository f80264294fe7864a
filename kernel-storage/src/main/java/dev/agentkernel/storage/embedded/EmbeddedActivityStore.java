package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.storage.records.ActivityChanges;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of activity in H2. The log is read beside the committer; only the sums are written in its place, on its session and
 * between two of its batches.
 */
final class EmbeddedActivityStore implements ActivityStore {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedActivityStore.class);

    private static final String POSITION = "SELECT last_seq FROM activity_position WHERE id = 1";
    private static final String ADVANCE = "UPDATE activity_position SET last_seq = ? WHERE id = 1 AND last_seq = ?";
    private static final String ADD_AGENT = """
            UPDATE agent_activity SET messages_sent = messages_sent + ?, messages_received = messages_received + ?,
                state_writes = state_writes + ?, last_active = GREATEST(last_active, ?) WHERE address = ?""";
    private static final String INSERT_AGENT = """
            INSERT INTO agent_activity (messages_sent, messages_received, state_writes, last_active, address)
            VALUES (?, ?, ?, ?, ?)""";
    private static final String ADD_LINK =
            "UPDATE agent_links SET messages = messages + ? WHERE sender = ? AND recipient = ?";
    private static final String INSERT_LINK = "INSERT INTO agent_links (messages, sender, recipient) VALUES (?, ?, ?)";
    private static final String ACTIVITY = """
            SELECT messages_sent, messages_received, state_writes, last_active FROM agent_activity
            WHERE address = ?""";
    private static final String LINKS = "SELECT sender, recipient, messages FROM agent_links ";
    private static final String MOST_FIRST = " ORDER BY messages DESC FETCH FIRST ? ROWS ONLY";

    private final H2Database database;
    private final LiveTables tables;
    private final EventStore history;

    EmbeddedActivityStore(H2Database database, LiveTables tables, EventStore history) {
        this.database = database;
        this.tables = tables;
        this.history = history;
    }

    @Override
    public long position() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(POSITION).executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public int countNext(int eventsMax) {
        long position = position();
        if (position >= history.lastSeq()) {
            return 0;
        }
        EventPage page = history.find(EventQuery.after(position, EventFilter.ALL, eventsMax));
        ActivityChanges changes = new ActivityChanges(page.events());
        tables.hold();
        try {
            return write(position, page.reached(), changes) ? page.events().size() : 0;
        } finally {
            tables.release();
        }
    }

    /** Whether the counts were still where they had been when the events were read. */
    private boolean write(long position, long reached, ActivityChanges changes) {
        H2Session open = tables.session();
        try {
            boolean current = update(open, ADVANCE, reached, position) == 1;
            if (current) {
                for (ActivityChanges.AgentChange agent : changes.agents()) {
                    add(open, agent);
                }
                for (ActivityChanges.LinkChange link : changes.links()) {
                    add(open, link);
                }
            }
            open.connection().commit();
            tables.checkpoint();
            return current;
        } catch (SQLException | RuntimeException failed) {
            throw takeBack(open, failed);
        }
    }

    private static void add(H2Session open, ActivityChanges.AgentChange agent) throws SQLException {
        Object[] values = {agent.sent(), agent.received(), agent.writes(), agent.lastActiveMicros(), agent.address()};
        if (update(open, ADD_AGENT, values) == 0) {
            update(open, INSERT_AGENT, values);
        }
    }

    private static void add(H2Session open, ActivityChanges.LinkChange link) throws SQLException {
        Object[] values = {link.messages(), link.from(), link.to()};
        if (update(open, ADD_LINK, values) == 0) {
            update(open, INSERT_LINK, values);
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
