package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.SecretStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/** Keeps secrets in a table that all replicas share. */
final class PostgresSecretStore implements SecretStore {

    private static final String FIND = "SELECT value FROM secrets WHERE name = ?";
    private static final String CREATE = "INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private final Connections connections;

    PostgresSecretStore(Connections connections) {
        this.connections = connections;
    }

    @Override
    public ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        try (Connection connection = connections.openWriter()) {
            Optional<ByteString> found = find(name, connection);
            if (found.isPresent()) {
                return found.get();
            }
            try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
                statement.setString(1, name);
                statement.setBytes(2, maker.get().unsafeArray());
                statement.executeUpdate();
            }
            // Of several replicas that make it at once, the first has it.
            return find(name, connection)
                    .orElseThrow(() -> new IllegalStateException("the secret '" + name + "' was not kept"));
        } catch (SQLException failed) {
            throw SqlFailures.translate("the secret '" + name + "' cannot be read at present", failed);
        }
    }

    private static Optional<ByteString> find(String name, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(ByteString.wrap(row.getBytes(1))) : Optional.empty();
            }
        }
    }

    @Override
    public String placeOf(String name) {
        return "the column 'value' of the table 'secrets' in the database, where name = '" + name + "'";
    }
}
