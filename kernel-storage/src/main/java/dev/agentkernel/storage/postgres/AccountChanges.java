package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.storage.records.AttemptLines;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.registry.ProfileTexts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
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
                webhook_secret_rotated_at = TIMESTAMPTZ 'epoch' + r.rotated_micros * INTERVAL '1 microsecond',
                webhook_failures = 0, webhook_open_until = NULL, webhook_delivered_at = NULL, webhook_attempts = NULL
            FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[])
                AS r (address, webhook_url, secret_version, rotated_micros) WHERE a.address = r.address""";
    private static final String CHANGE_HEALTH = """
            UPDATE agents a SET webhook_failures = r.failures, webhook_open_until = r.open_until,
                webhook_delivered_at = r.delivered_at, webhook_attempts = r.attempts
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
                AS r (address, failures, open_until, delivered_at, attempts) WHERE a.address = r.address""";
    private static final String DELETE_PROFILES = """
            DELETE FROM agent_profiles WHERE registered_seq IN (
                SELECT registered_seq FROM agents WHERE address = ANY (?::text[]))""";
    private static final String DELETE_TAGS = """
            DELETE FROM agent_tags WHERE registered_seq IN (
                SELECT registered_seq FROM agents WHERE address = ANY (?::text[]))""";
    private static final String INSERT_PROFILES = """
            INSERT INTO agent_profiles (registered_seq, name, description, tags)
            SELECT a.registered_seq, r.name, r.description, r.tags
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS r (address, name, description, tags)
            JOIN agents a ON a.address = r.address""";
    private static final String INSERT_TAGS = """
            INSERT INTO agent_tags (tag, registered_seq)
            SELECT r.tag, a.registered_seq FROM unnest(?::text[], ?::text[]) AS r (address, tag)
            JOIN agents a ON a.address = r.address""";
    private static final String INSERT_BLOCKS = """
            INSERT INTO blocks (agent, sender) SELECT * FROM unnest(?::text[], ?::text[])
            ON CONFLICT DO NOTHING""";
    private static final String DELETE_BLOCKS = """
            DELETE FROM blocks b USING unnest(?::text[], ?::text[]) AS r (agent, sender)
            WHERE b.agent = r.agent AND b.sender = r.sender""";
    private static final String COUNT_BLOCKS = """
            UPDATE agents a SET block_count = (SELECT count(*) FROM blocks b WHERE b.agent = a.address)
            WHERE a.address = ANY (?::text[])""";
    private static final String DELETE_BLOCKS_OF = "DELETE FROM blocks WHERE agent = ANY (?::text[])";
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
    private final Map<String, WebhookHealth> healths = new LinkedHashMap<>();
    private final Map<String, LogRecord.ProfileChanged> profiles = new LinkedHashMap<>();
    private final Map<BlockRef, Boolean> blocks = new LinkedHashMap<>();
    private final Map<String, UUID> gone = new LinkedHashMap<>();

    void rotated(LogRecord.AgentTokenRotated r) {
        rotations.put(r.address(), r);
    }

    void changed(LogRecord.WebhookChanged r) {
        webhooks.put(r.address(), r);
        healths.remove(r.address());
    }

    void changed(LogRecord.WebhookHealthChanged r) {
        healths.put(r.address(), r.health());
    }

    void changed(LogRecord.ProfileChanged r) {
        profiles.put(r.address(), r);
    }

    void blocked(String address, String sender, boolean isBlocked) {
        blocks.put(new BlockRef(address, sender), isBlocked);
    }

    void deregistered(LogRecord.AgentDeregistered r) {
        rotations.remove(r.address());
        webhooks.remove(r.address());
        healths.remove(r.address());
        profiles.remove(r.address());
        blocks.keySet().removeIf(block -> block.address().equals(r.address()));
        gone.put(r.address(), r.operatorId());
    }

    long deregisteredCount() {
        return gone.size();
    }

    /** Whether agents changed, so that whoever decided by what they were must decide anew. */
    boolean revokes() {
        return !rotations.isEmpty() || !webhooks.isEmpty() || !blocks.isEmpty() || !gone.isEmpty();
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
                    micros(webhooks.values(), LogRecord.WebhookChanged::secretRotatedAt));
        }
        if (!healths.isEmpty()) {
            script.run(
                    CHANGE_HEALTH,
                    healths.keySet().toArray(String[]::new),
                    Columns.longs(healths.values(), WebhookHealth::failuresInRow),
                    micros(healths.values(), WebhookHealth::openUntil),
                    micros(healths.values(), WebhookHealth::lastDeliveredAt),
                    Columns.texts(healths.values(), health -> AttemptLines.write(health.attempts())));
        }
        if (!profiles.isEmpty()) {
            writeProfiles(script);
        }
        if (!blocks.isEmpty()) {
            writeBlocks(script);
        }
        if (!gone.isEmpty()) {
            drop(script);
        }
    }

    private record Profile(String address, AgentProfile profile) {}

    private record Tag(String address, String tag) {}

    private void writeProfiles(Script script) {
        String[] changed = profiles.keySet().toArray(String[]::new);
        script.run(DELETE_PROFILES, (Object) changed);
        script.run(DELETE_TAGS, (Object) changed);
        List<Profile> given = new ArrayList<>();
        List<Tag> tags = new ArrayList<>();
        for (LogRecord.ProfileChanged r : profiles.values()) {
            AgentProfile profile = r.profile();
            if (profile != null) {
                given.add(new Profile(r.address(), profile));
                ProfileTexts.comparableTagsOf(profile).forEach(tag -> tags.add(new Tag(r.address(), tag)));
            }
        }
        if (!given.isEmpty()) {
            script.run(
                    INSERT_PROFILES,
                    Columns.texts(given, Profile::address),
                    Columns.texts(given, each -> each.profile().name()),
                    Columns.texts(given, each -> each.profile().description()),
                    Columns.texts(given, each -> ProfileTexts.tagsOf(each.profile())));
        }
        if (!tags.isEmpty()) {
            script.run(INSERT_TAGS, Columns.texts(tags, Tag::address), Columns.texts(tags, Tag::tag));
        }
    }

    private void writeBlocks(Script script) {
        for (boolean isBlocked : new boolean[] {true, false}) {
            List<BlockRef> changed = blocks.entrySet().stream()
                    .filter(entry -> entry.getValue() == isBlocked)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!changed.isEmpty()) {
                script.run(
                        isBlocked ? INSERT_BLOCKS : DELETE_BLOCKS,
                        Columns.texts(changed, BlockRef::address),
                        Columns.texts(changed, BlockRef::sender));
            }
        }
        script.run(COUNT_BLOCKS, (Object)
                blocks.keySet().stream().map(BlockRef::address).distinct().toArray(String[]::new));
    }

    private static <T> @Nullable Long[] micros(Collection<T> rows, Function<T, @Nullable Instant> column) {
        @Nullable Long[] micros = new Long[rows.size()];
        int i = 0;
        for (T row : rows) {
            Instant time = column.apply(row);
            micros[i++] = time == null ? null : Long.valueOf(Micros.of(time));
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
        script.run(DELETE_BLOCKS_OF, (Object) addresses);
        script.run(DELETE_TAGS, (Object) addresses);
        script.run(DELETE_PROFILES, (Object) addresses);
        script.run(DELETE_AGENTS, (Object) addresses);
        script.run(
                UNCOUNT_AGENTS,
                perOperator.keySet().toArray(UUID[]::new),
                Columns.longs(perOperator.values(), Long::longValue));
    }
}
