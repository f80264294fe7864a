package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.storage.records.Micros;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a batch changes of operators, agents, their credentials, and used challenges. */
final class RegistryChanges {

    private static final String DELETE_CREDENTIALS = "DELETE FROM credentials WHERE operator_id = ANY (?)";
    private static final String ROTATE_OPERATORS = """
            UPDATE operators o SET credential_version = r.version
            FROM unnest(?::uuid[], ?::bigint[]) AS r (operator_id, version) WHERE o.operator_id = r.operator_id""";
    private static final String COUNT_AGENTS = """
            UPDATE operators o SET agent_count = o.agent_count + r.agents
            FROM unnest(?::uuid[], ?::bigint[]) AS r (operator_id, agents) WHERE o.operator_id = r.operator_id""";
    private static final String INSERT_CREDENTIALS = """
            INSERT INTO credentials (digest, operator_id, agent_address, version)
            SELECT * FROM unnest(?::bytea[], ?::uuid[], ?::text[], ?::bigint[])""";
    private static final String INSERT_QUEUES = """
            INSERT INTO queues (address, depth, content_bytes, pull_waiting)
            SELECT address, 0, 0, 0 FROM unnest(?::text[]) AS address""";
    // A challenge that was purged as expired may come again: it stays used.
    private static final String INSERT_CHALLENGES = """
            INSERT INTO used_challenges (challenge, expires_at) SELECT * FROM unnest(?::bytea[], ?::bigint[])
            ON CONFLICT (challenge) DO UPDATE SET expires_at = EXCLUDED.expires_at""";
    private static final String INSERT_OPERATORS = """
            INSERT INTO operators (operator_id, contact_hash, accepted_terms, credential_version, agent_count, created_at,
                created_seq)
            SELECT r.operator_id, r.contact_hash, r.accepted_terms, 1, 0,
                TIMESTAMPTZ 'epoch' + c.last_time * INTERVAL '1 microsecond', c.last_seq - ?::bigint + r.place
            FROM counter c, unnest(?::uuid[], ?::text[], ?::boolean[], ?::bigint[])
                AS r (operator_id, contact_hash, accepted_terms, place) WHERE c.id = 1""";
    private static final String INSERT_AGENTS = """
            INSERT INTO agents (registered_seq, address, operator_id, credential_version, webhook_url,
                webhook_secret_version, block_count, registered_at)
            SELECT c.last_seq - ?::bigint + r.place, r.address, r.operator_id, 1, r.webhook_url,
                CASE WHEN r.webhook_url IS NULL THEN 0 ELSE 1 END, 0,
                TIMESTAMPTZ 'epoch' + c.last_time * INTERVAL '1 microsecond'
            FROM counter c, unnest(?::text[], ?::uuid[], ?::text[], ?::bigint[])
                AS r (address, operator_id, webhook_url, place) WHERE c.id = 1""";

    private final List<Placed<LogRecord.OperatorCreated>> operators = new ArrayList<>();
    private final List<Placed<LogRecord.AgentRegistered>> agents = new ArrayList<>();
    private final Map<UUID, LogRecord.OperatorKeyRotated> rotations = new LinkedHashMap<>();
    private final Map<UUID, Long> agentsOfOperators = new LinkedHashMap<>();
    private final List<Credential> credentials = new ArrayList<>();
    private final Map<ByteString, LogRecord.ChallengeUsed> challenges = new LinkedHashMap<>();

    /** A record and its place among the batch's events, from 1. */
    private record Placed<T>(T record, long place) {}

    private record Credential(
            ByteString digest,
            @Nullable UUID operatorId,
            @Nullable String address,
            long version) {}

    void created(LogRecord.OperatorCreated r, long place) {
        operators.add(new Placed<>(r, place));
        credentials.add(new Credential(r.keyDigest(), r.operatorId(), null, 1));
    }

    void registered(LogRecord.AgentRegistered r, long place) {
        agents.add(new Placed<>(r, place));
        agentsOfOperators.merge(r.operatorId(), 1L, Long::sum);
        credentials.add(new Credential(r.tokenDigest(), null, r.address(), 1));
    }

    /** Only the last of several rotations leaves a key. */
    void rotated(LogRecord.OperatorKeyRotated r) {
        rotations.put(r.operatorId(), r);
        credentials.removeIf(credential -> r.operatorId().equals(credential.operatorId()));
        credentials.add(new Credential(r.keyDigest(), r.operatorId(), null, r.version()));
    }

    void used(LogRecord.ChallengeUsed r) {
        challenges.put(r.challenge(), r);
    }

    long agentCount() {
        return agents.size();
    }

    /** Whether credentials died, so that whoever decided by them must decide anew. */
    boolean revokes() {
        return !rotations.isEmpty();
    }

    /** Adds what needs no place in history. */
    void writeUnplaced(Script script) {
        if (!rotations.isEmpty()) {
            UUID[] rotated = rotations.keySet().toArray(UUID[]::new);
            script.run(DELETE_CREDENTIALS, (Object) rotated);
            script.run(
                    ROTATE_OPERATORS,
                    rotated,
                    Columns.longs(rotations.values(), LogRecord.OperatorKeyRotated::version));
        }
        if (!agentsOfOperators.isEmpty()) {
            script.run(
                    COUNT_AGENTS,
                    agentsOfOperators.keySet().toArray(UUID[]::new),
                    Columns.longs(agentsOfOperators.values(), Long::longValue));
            script.run(INSERT_QUEUES, (Object)
                    Columns.texts(agents, agent -> agent.record().address()));
        }
        if (!credentials.isEmpty()) {
            script.run(
                    INSERT_CREDENTIALS,
                    Columns.bytes(credentials, credential -> credential.digest().unsafeArray()),
                    Columns.uuids(credentials, Credential::operatorId),
                    Columns.texts(credentials, Credential::address),
                    Columns.longs(credentials, Credential::version));
        }
        if (!challenges.isEmpty()) {
            script.run(
                    INSERT_CHALLENGES,
                    Columns.bytes(challenges.keySet(), ByteString::unsafeArray),
                    Columns.longs(challenges.values(), used -> Micros.of(used.expiresAt())));
        }
    }

    /** Adds what carries a {@code seq} or the time. */
    void writePlaced(Script script, long events) {
        if (!operators.isEmpty()) {
            script.run(
                    INSERT_OPERATORS,
                    events,
                    Columns.uuids(operators, operator -> operator.record().operatorId()),
                    Columns.bytes(
                            operators,
                            operator -> Columns.utf8(operator.record().contactHash())),
                    Columns.flags(operators, operator -> operator.record().acceptedTerms()),
                    Columns.longs(operators, Placed::place));
        }
        if (!agents.isEmpty()) {
            script.run(
                    INSERT_AGENTS,
                    events,
                    Columns.texts(agents, agent -> agent.record().address()),
                    Columns.uuids(agents, agent -> agent.record().operatorId()),
                    Columns.texts(agents, agent -> agent.record().webhookUrl()),
                    Columns.longs(agents, Placed::place));
        }
    }
}
