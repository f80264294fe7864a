package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Credential;
import dev.agentkernel.core.storage.CredentialStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import java.util.UUID;

/** Credentials by digest, from H2. */
final class EmbeddedCredentialStore implements CredentialStore {

    private static final String FIND =
            "SELECT digest, operator_id, agent_address, version FROM credentials WHERE digest = ?";

    private final H2Database database;

    EmbeddedCredentialStore(H2Database database) {
        this.database = database;
    }

    @Override
    public Optional<Credential> find(ByteString digest) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(FIND);
            statement.setBytes(1, digest.unsafeArray());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                UUID operatorId = row.getObject(2, UUID.class);
                Caller caller = operatorId == null
                        ? new Caller.AgentCaller(row.getString(3), row.getInt(4))
                        : new Caller.OperatorCaller(operatorId, row.getInt(4));
                return Optional.of(new Credential(ByteString.wrap(row.getBytes(1)), caller));
            }
        });
    }
}
