package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import dev.agentkernel.storage.records.StoredEndpoint;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Webhooks, read from H2. */
final class EmbeddedWebhookStore implements WebhookStore {

    // One step along the index for each agent, over all of its messages.
    private static final String NEXT_WAITING = """
            SELECT p.recipient, a.address FROM pushes p JOIN agents a ON a.registered_seq = p.recipient
            WHERE p.recipient > ? ORDER BY p.recipient FETCH FIRST ROW ONLY""";
    private static final String ENDPOINT = StoredEndpoint.select("""
            EXISTS (SELECT 1 FROM pushes p WHERE p.recipient = a.registered_seq)
                AND NOT EXISTS (SELECT 1 FROM messages m
                    WHERE m.recipient = a.registered_seq AND m.route = 1 AND m.leased = TRUE)""");
    private static final String ENDPOINT_OF = ENDPOINT + " AND a.address = ?";
    private static final String ENDPOINTS_AFTER =
            ENDPOINT + " AND a.registered_seq > ? ORDER BY a.registered_seq FETCH FIRST ? ROWS ONLY";

    private final H2Database database;

    EmbeddedWebhookStore(H2Database database) {
        this.database = database;
    }

    @Override
    public WaitingAgents waiting(@Nullable String from, int agentsMax) {
        return database.read(session -> {
            PreparedStatement next = session.prepare(NEXT_WAITING);
            List<String> addresses = new ArrayList<>();
            long last = from == null ? 0 : Long.parseLong(from);
            while (addresses.size() < agentsMax) {
                next.setLong(1, last);
                try (ResultSet row = next.executeQuery()) {
                    if (!row.next()) {
                        return new WaitingAgents(addresses, null);
                    }
                    last = row.getLong(1);
                    addresses.add(row.getString(2));
                }
            }
            return new WaitingAgents(addresses, Long.toString(last));
        });
    }

    @Override
    public List<WebhookEndpoint> endpoints(Collection<String> addresses) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(ENDPOINT_OF);
            List<WebhookEndpoint> endpoints = new ArrayList<>(addresses.size());
            for (String address : addresses) {
                statement.setString(1, address);
                addAll(statement, endpoints);
            }
            return endpoints;
        });
    }

    @Override
    public List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(ENDPOINTS_AFTER);
            statement.setLong(1, afterSeq);
            statement.setInt(2, endpointsMax);
            List<WebhookEndpoint> endpoints = new ArrayList<>();
            addAll(statement, endpoints);
            return endpoints;
        });
    }

    private static void addAll(PreparedStatement statement, List<WebhookEndpoint> endpoints) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                endpoints.add(StoredEndpoint.read(row));
            }
        }
    }
}
