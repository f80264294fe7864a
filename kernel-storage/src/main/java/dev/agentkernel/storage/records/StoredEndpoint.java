package dev.agentkernel.storage.records;

import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/** A webhook as both databases keep it, in the row of its agent. */
public final class StoredEndpoint {

    private StoredEndpoint() {}

    /**
     * The query for {@link #read}, open for more conditions and an order.
     *
     * @param due an expression that is true when something is to be pushed to agent {@code a}
     */
    public static String select(String due) {
        return """
                SELECT a.address, a.operator_id, a.registered_seq, a.webhook_url, a.webhook_secret_version,
                    a.webhook_secret_rotated_at, a.webhook_failures, a.webhook_open_until, a.webhook_delivered_at, a.webhook_attempts, %s
                FROM agents a WHERE a.webhook_url IS NOT NULL""".formatted(due);
    }

    /** The endpoint of a row. */
    public static WebhookEndpoint read(ResultSet row) throws SQLException {
        OffsetDateTime rotatedAt = row.getObject(6, OffsetDateTime.class);
        return new WebhookEndpoint(
                row.getString(1),
                row.getObject(2, UUID.class),
                row.getLong(3),
                row.getString(4),
                row.getInt(5),
                rotatedAt == null ? null : rotatedAt.toInstant(),
                new WebhookHealth(
                        row.getInt(7), Micros.read(row, 8), Micros.read(row, 9), AttemptLines.read(row.getString(10))),
                row.getBoolean(11));
    }
}
