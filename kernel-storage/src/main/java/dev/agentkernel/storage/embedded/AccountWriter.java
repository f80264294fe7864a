package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.storage.records.AttemptLines;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.UnicodeText;
import dev.agentkernel.storage.registry.ProfileTexts;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies what happens to agents that exist; a part of {@link TableWriter}. */
final class AccountWriter {

    private static final String INSERT_CREDENTIAL =
            "INSERT INTO credentials (digest, operator_id, agent_address, version) VALUES (?, NULL, ?, ?)";
    private static final String DELETE_CREDENTIALS = "DELETE FROM credentials WHERE agent_address = ?";
    private static final String ROTATE = "UPDATE agents SET credential_version = ? WHERE address = ?";
    private static final String CHANGE_WEBHOOK = """
            UPDATE agents SET webhook_url = ?, webhook_secret_version = ?, webhook_secret_rotated_at = ?,
                webhook_failures = 0, webhook_open_until = NULL, webhook_delivered_at = NULL, webhook_attempts = NULL
            WHERE address = ?""";
    private static final String CHANGE_HEALTH = """
            UPDATE agents SET webhook_failures = ?, webhook_open_until = ?, webhook_delivered_at = ?, webhook_attempts = ?
            WHERE address = ?""";
    private static final String DELETE_PROFILE = "DELETE FROM agent_profiles WHERE registered_seq = ?";
    private static final String DELETE_TAGS = "DELETE FROM agent_tags WHERE registered_seq = ?";
    private static final String INSERT_PROFILE =
            "INSERT INTO agent_profiles (registered_seq, name, description, tags) VALUES (?, ?, ?, ?)";
    private static final String INSERT_TAG = "INSERT INTO agent_tags (tag, registered_seq) VALUES (?, ?)";
    private static final String INSERT_BLOCK = "INSERT INTO blocks (agent, sender) VALUES (?, ?)";
    private static final String DELETE_BLOCK = "DELETE FROM blocks WHERE agent = ? AND sender = ?";
    private static final String DELETE_BLOCKS = "DELETE FROM blocks WHERE agent = ?";
    private static final String COUNT_BLOCK = "UPDATE agents SET block_count = block_count + ? WHERE address = ?";
    private static final String UNCOUNT_AGENT =
            "UPDATE operators SET agent_count = agent_count - 1 WHERE operator_id = ?";
    private static final List<String> DROP_BY_NUMBER = List.of(
            "DELETE FROM leases WHERE seq IN (SELECT seq FROM messages WHERE recipient = ? AND leased)",
            "DELETE FROM dead_letters WHERE seq IN (SELECT seq FROM messages WHERE recipient = ? AND route = 2)",
            "DELETE FROM message_expiries WHERE seq IN (SELECT seq FROM messages WHERE recipient = ?)",
            "DELETE FROM message_contents WHERE seq IN (SELECT seq FROM messages WHERE recipient = ?)",
            "DELETE FROM messages WHERE recipient = ?",
            "DELETE FROM pushes WHERE recipient = ?",
            "DELETE FROM queues WHERE agent = ?",
            DELETE_TAGS,
            DELETE_PROFILE,
            "DELETE FROM agents WHERE registered_seq = ?");

    private final H2Session session;
    private final KnownAgents agents;

    AccountWriter(H2Session session, KnownAgents agents) {
        this.session = session;
        this.agents = agents;
    }

    void rotateToken(LogRecord.AgentTokenRotated r) throws SQLException {
        update(DELETE_CREDENTIALS, r.address());
        update(INSERT_CREDENTIAL, r.tokenDigest().unsafeArray(), r.address(), r.version());
        update(ROTATE, r.version(), r.address());
        agents.forget(r.address());
    }

    void changeWebhook(LogRecord.WebhookChanged r) throws SQLException {
        Instant rotatedAt = r.secretRotatedAt();
        update(
                CHANGE_WEBHOOK,
                r.webhookUrl(),
                r.secretVersion(),
                rotatedAt == null ? null : rotatedAt.atOffset(ZoneOffset.UTC),
                r.address());
        agents.forget(r.address());
    }

    void changeHealth(LogRecord.WebhookHealthChanged r) throws SQLException {
        WebhookHealth health = r.health();
        update(
                CHANGE_HEALTH,
                health.failuresInRow(),
                microsOrNull(health.openUntil()),
                microsOrNull(health.lastDeliveredAt()),
                AttemptLines.write(health.attempts()),
                r.address());
        agents.forget(r.address());
    }

    private static @Nullable Long microsOrNull(@Nullable Instant time) {
        return time == null ? null : Long.valueOf(Micros.of(time));
    }

    void changeProfile(LogRecord.ProfileChanged r) throws SQLException {
        long number = agents.numberOf(session, r.address());
        update(DELETE_PROFILE, number);
        update(DELETE_TAGS, number);
        AgentProfile profile = r.profile();
        if (profile != null) {
            update(
                    INSERT_PROFILE,
                    number,
                    wellFormed(profile.name()),
                    wellFormed(profile.description()),
                    UnicodeText.wellFormed(ProfileTexts.tagsOf(profile)));
            for (String tag : ProfileTexts.comparableTagsOf(profile)) {
                update(INSERT_TAG, tag, number);
            }
        }
    }

    private static @Nullable String wellFormed(@Nullable String text) {
        return text == null ? null : UnicodeText.wellFormed(text);
    }

    void block(LogRecord.SenderBlocked r) throws SQLException {
        update(INSERT_BLOCK, r.address(), r.sender());
        update(COUNT_BLOCK, 1, r.address());
        agents.forget(r.address());
    }

    void unblock(LogRecord.SenderUnblocked r) throws SQLException {
        update(DELETE_BLOCK, r.address(), r.sender());
        update(COUNT_BLOCK, -1, r.address());
        agents.forget(r.address());
    }

    void deregister(LogRecord.AgentDeregistered r, CounterChanges counters) throws SQLException {
        long number = agents.numberOf(session, r.address());
        for (String drop : DROP_BY_NUMBER) {
            update(drop, number);
        }
        update(DELETE_CREDENTIALS, r.address());
        update(DELETE_BLOCKS, r.address());
        update(UNCOUNT_AGENT, r.operatorId());
        counters.agentDeregistered(number, r.queueBytes());
        agents.forgetQueue(number);
        agents.forget(r.address());
    }

    private void update(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        statement.executeUpdate();
    }
}
