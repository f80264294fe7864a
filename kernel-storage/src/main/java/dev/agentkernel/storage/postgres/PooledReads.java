package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.StorageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Single statements that read what is committed, each on a connection of the pool, in one round trip. */
final class PooledReads {

    private final Connections connections;

    PooledReads(Connections connections) {
        this.connections = connections;
    }

    /** Makes a value of a row. */
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /**
     * The rows, in their order.
     *
     * @throws StorageException if the database is away, too slow, or has no connection free in time
     */
    <T> List<T> list(String sql, RowMapper<T> mapper, @Nullable Object... parameters) {
        List<T> rows = new ArrayList<>();
        Script script = new Script();
        script.query(sql, row -> rows.add(mapper.map(row)), parameters);
        try {
            try {
                execute(script);
            } catch (SQLException failed) {
                if (!SqlFailures.isConnectionLost(failed)) {
                    throw failed;
                }
                // What ended one connection (a restart of the server) has ended the others: a new one may serve.
                connections.renewReaders();
                rows.clear();
                execute(script);
            }
            return rows;
        } catch (SQLException failed) {
            throw SqlFailures.translate("the database cannot be read at present", failed);
        }
    }

    private void execute(Script script) throws SQLException {
        try (Connection connection = connections.readers().getConnection()) {
            script.execute(connection);
        }
    }

    /** The first row, if there is any. */
    <T> Optional<T> first(String sql, RowMapper<T> mapper, @Nullable Object... parameters) {
        return list(sql, mapper, parameters).stream().findFirst();
    }

    /** The only row of a statement that always has one. */
    <T> T one(String sql, RowMapper<T> mapper, @Nullable Object... parameters) {
        return first(sql, mapper, parameters)
                .orElseThrow(() -> new IllegalStateException("there is no row for: " + sql));
    }
}
