package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Statements that go to the server together, in one round trip, and run there in order; the first that fails stops the rest. The
 * driver keeps a prepared form of each combination of statements that it has met, the least used of which it drops.
 */
final class Script {

    private final List<Step> steps = new ArrayList<>();

    private record Step(
            String sql,
            List<@Nullable Object> parameters,
            @Nullable RowReader reader) {}

    /** Takes one row of a result. */
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** Adds a statement without rows. */
    void run(String sql, @Nullable Object... parameters) {
        steps.add(new Step(sql, Arrays.asList(parameters), null));
    }

    /** Adds a statement whose rows the reader gets one by one. */
    void query(String sql, RowReader reader, @Nullable Object... parameters) {
        steps.add(new Step(sql, Arrays.asList(parameters), reader));
    }

    /** Sends everything, and returns when all of it ran. */
    void execute(Connection connection) throws SQLException {
        String sql = steps.stream().map(Step::sql).collect(Collectors.joining(";\n"));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(connection, statement);
            boolean isRows = statement.execute();
            for (Step step : steps) {
                if (isRows) {
                    readAll(statement, step);
                }
                isRows = statement.getMoreResults();
            }
        }
    }

    private static void readAll(PreparedStatement statement, Step step) throws SQLException {
        RowReader reader = step.reader();
        if (reader == null) {
            throw new IllegalStateException("nobody reads the rows of: " + step.sql());
        }
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private void bind(Connection connection, PreparedStatement statement) throws SQLException {
        int index = 1;
        for (Step step : steps) {
            for (@Nullable Object parameter : step.parameters()) {
                if (parameter instanceof UUID[] uuids) {
                    statement.setArray(index, connection.createArrayOf("uuid", uuids));
                } else {
                    statement.setObject(index, parameter);
                }
                index++;
            }
        }
    }
}
