package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.events.LogRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a batch changes of agents that exist: of several changes of one agent only the last is written, and none of one that is gone. */
final class AccountChanges {

    private static final String DELETE_CREDENTIALS = "DELETE FROM credentials WHERE agent_address = ANY (?::text[])";
    private static final String INSERT_CREDENTIALS = """
            INSERT INTO credentials (digest, operator_id, agent_address, version)
            SELECT r.digest, NULL, r.address, r.version FROM unnest(?::bytea[], ?::text[], ?::bigint[])
                AS r (digest, address, version)""";
    private static final String ROTATE = """
            UPDATE agents a SET credential_version = r.version
            FROM unnest(?::text[], ?::bigint[]) AS r (address, version) WHERE a.address = r.address""";
    private static final String CHANGE_WEBHOOKS = """
            UPDATE agents a SET webhook_url = r.webhook_url, webhook_secret_version = r.secret_version,
                webhook_secret_rotated_at = TIMESTAMPTZ 'epoch' + r.rotated_micros * INTERVAL '1 microsecond'
            FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[])
                AS r (address, webhook_url, secret_version, rotated_micros) WHERE a.address = r.address""";
    private static final String UNCOUNT_AGENTS = """
            UPDATE operators o SET agent_count = o.agent_count - r.agents
            FROM unnest(?::uuid[], ?::bigint[]) AS r (operator_id, agents) WHERE o.operator_id = r.operator_id""";
    // One for each of the partial indexes.
    private static final String DROP_WAITING =
            "DELETE FROM messages WHERE recipient = ANY (?::text[]) AND lease_id IS NULL";
    private static final String DROP_LEASED =
            "DELETE FROM messages WHERE recipient = ANY (?::text[]) AND lease_id IS NOT NULL";
    private static final String DELETE_QUEUES = "DELETE FROM queues WHERE address = ANY (?::text[])";
    private static final String DELETE_AGENTS = "DELETE FROM agents WHERE address = ANY (?::text[])";

    private final Map<String, LogRecord.AgentTokenRotated> rotations = new LinkedHashMap<>();
    private final Map<String, LogRecord.WebhookChanged> webhooks = new LinkedHashMap<>();
    private final Map<String, UUID> gone = new LinkedHashMap<>();

    void rotated(LogRecord.AgentTokenRotated r) {
        rotations.put(r.address(), r);
    }

    void changed(LogRecord.WebhookChanged r) {
        webhooks.put(r.address(), r);
    }

    void deregistered(LogRecord.AgentDeregistered r) {
        rotations.remove(r.address());
        webhooks.remove(r.address());
        gone.put(r.address(), r.operatorId());
    }

    long deregisteredCount() {
        return gone.size();
    }

    /** Whether agents changed, so that whoever decided by what they were must decide anew. */
    boolean revokes() {
        return !rotations.isEmpty() || !webhooks.isEmpty() || !gone.isEmpty();
    }

    /** Adds everything: nothing of it needs a place in history. */
    void writeUnplaced(Script script) {
        if (!rotations.isEmpty()) {
            script.run(DELETE_CREDENTIALS, (Object) rotations.keySet().toArray(String[]::new));
            script.run(
                    INSERT_CREDENTIALS,
                    Columns.bytes(
                            rotations.values(),
                            rotation -> rotation.tokenDigest().unsafeArray()),
                    rotations.keySet().toArray(String[]::new),
                    Columns.longs(rotations.values(), LogRecord.AgentTokenRotated::version));
            script.run(
                    ROTATE,
                    rotations.keySet().toArray(String[]::new),
                    Columns.longs(rotations.values(), LogRecord.AgentTokenRotated::version));
        }
        if (!webhooks.isEmpty()) {
            script.run(
                    CHANGE_WEBHOOKS,
                    webhooks.keySet().toArray(String[]::new),
                    Columns.texts(webhooks.values(), LogRecord.WebhookChanged::webhookUrl),
                    Columns.longs(webhooks.values(), LogRecord.WebhookChanged::secretVersion),
                    rotatedMicros());
        }
        if (!gone.isEmpty()) {
            drop(script);
        }
    }

    private @Nullable Long[] rotatedMicros() {
        @Nullable Long[] micros = new Long[webhooks.size()];
        int i = 0;
        for (LogRecord.WebhookChanged webhook : webhooks.values()) {
            Instant rotatedAt = webhook.secretRotatedAt();
            micros[i++] = rotatedAt == null ? null : Long.valueOf(Micros.of(rotatedAt));
        }
        return micros;
    }

    private void drop(Script script) {
        String[] addresses = gone.keySet().toArray(String[]::new);
        Map<UUID, Long> perOperator = new LinkedHashMap<>();
        gone.values().forEach(operator -> perOperator.merge(operator, 1L, Long::sum));
        script.run(DROP_WAITING, (Object) addresses);
        script.run(DROP_LEASED, (Object) addresses);
        script.run(DELETE_QUEUES, (Object) addresses);
        script.run(DELETE_CREDENTIALS, (Object) addresses);
        script.run(DELETE_AGENTS, (Object) addresses);
        script.run(
                UNCOUNT_AGENTS,
                perOperator.keySet().toArray(UUID[]::new),
                Columns.longs(perOperator.values(), Long::longValue));
    }
}
