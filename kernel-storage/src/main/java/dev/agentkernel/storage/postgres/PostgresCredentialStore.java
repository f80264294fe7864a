package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Credential;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.SharedCredentials;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Finds credentials by one look-up in the index of digests. */
final class PostgresCredentialStore implements CredentialStore, SharedCredentials {

    private static final String FIND = "SELECT operator_id, agent_address, version FROM credentials WHERE digest = ?";

    private static final String VERSIONS =
            "SELECT agent_address, version FROM credentials WHERE agent_address = ANY (?::text[])";

    private static final String ENDED = "SELECT credential_epoch FROM counter WHERE id = 1";

    private final PooledReads reads;

    PostgresCredentialStore(PooledReads reads) {
        this.reads = reads;
    }

    @Override
    public Optional<Credential> find(ByteString digest) {
        return reads.first(FIND, row -> new Credential(digest, callerOf(row)), (Object) digest.unsafeArray());
    }

    @Override
    public Optional<SharedCredentials> shared() {
        return Optional.of(this);
    }

    @Override
    public long ended() {
        return reads.one(ENDED, row -> row.getLong(1));
    }

    @Override
    public Map<String, Integer> versionsOf(Collection<String> addresses) {
        Map<String, Integer> versions = HashMap.newHashMap(addresses.size());
        reads.list(VERSIONS, row -> Map.entry(row.getString(1), row.getInt(2)), (Object)
                        addresses.toArray(String[]::new))
                .forEach(agent -> versions.put(agent.getKey(), agent.getValue()));
        return versions;
    }

    private static Caller callerOf(ResultSet row) throws SQLException {
        String address = row.getString(2);
        return address != null
                ? new Caller.AgentCaller(address, row.getInt(3))
                : new Caller.OperatorCaller(row.getObject(1, UUID.class), row.getInt(3));
    }
}
