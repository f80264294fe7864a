package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.storage.registry.MappedRegistry;
import dev.agentkernel.storage.registry.PointReadRegistryStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;

/** The registry whose look-ups are statements that a session of H2 keeps prepared. */
final class EmbeddedRegistryStore extends PointReadRegistryStore {

    private final H2Database database;

    EmbeddedRegistryStore(H2Database database, MappedRegistry mapper) {
        super(mapper);
        this.database = database;
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(AGENT);
            statement.setString(1, address);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(entry(row)) : Optional.empty();
            }
        });
    }

    @Override
    public long agentCount() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(COUNT).executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
