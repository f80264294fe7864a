package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import dev.agentkernel.storage.records.StoredEndpoint;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads webhooks and what waits for them. */
final class PostgresWebhookStore implements WebhookStore {

    // A loose scan: one step along the index for each agent, over all of its messages.
    private static final String WAITING = """
            WITH RECURSIVE agent (address, number) AS (
                (SELECT recipient, 1 FROM messages WHERE route = 1 AND lease_id IS NULL AND recipient > ?
                    ORDER BY recipient LIMIT 1)
                UNION ALL
                SELECT (SELECT m.recipient FROM messages m
                        WHERE m.route = 1 AND m.lease_id IS NULL AND m.recipient > agent.address
                        ORDER BY m.recipient LIMIT 1), agent.number + 1
                FROM agent WHERE agent.address IS NOT NULL AND agent.number < ?
            ) SELECT address FROM agent WHERE address IS NOT NULL""";
    private static final String ENDPOINT = StoredEndpoint.select("""
            EXISTS (SELECT 1 FROM messages m
                    WHERE m.recipient = a.address AND m.route = 1 AND m.lease_id IS NULL)
                AND NOT EXISTS (SELECT 1 FROM messages m
                    WHERE m.recipient = a.address AND m.route = 1 AND m.lease_id IS NOT NULL)""");
    private static final String ENDPOINTS_OF = ENDPOINT + " AND a.address = ANY (?::text[])";
    private static final String ENDPOINTS_AFTER =
            ENDPOINT + " AND a.registered_seq > ? ORDER BY a.registered_seq LIMIT ?";

    private final PooledReads reads;

    PostgresWebhookStore(PooledReads reads) {
        this.reads = reads;
    }

    @Override
    public WaitingAgents waiting(@Nullable String from, int agentsMax) {
        List<String> addresses = reads.list(WAITING, row -> row.getString(1), from == null ? "" : from, agentsMax);
        return new WaitingAgents(addresses, addresses.size() < agentsMax ? null : addresses.getLast());
    }

    @Override
    public List<WebhookEndpoint> endpoints(Collection<String> addresses) {
        return reads.list(ENDPOINTS_OF, StoredEndpoint::read, (Object) addresses.toArray(String[]::new));
    }

    @Override
    public List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax) {
        return reads.list(ENDPOINTS_AFTER, StoredEndpoint::read, afterSeq, endpointsMax);
    }
}
