package dev.agentkernel.app.crash;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The embedded tables of a kernel that has stopped in good order, read without any code of the kernel. */
final class StoredTables implements AutoCloseable {

    private final Connection connection;

    StoredTables(Path dataDirectory) throws SQLException {
        this.connection = DriverManager.getConnection(
                "jdbc:h2:file:" + dataDirectory.resolve("kernel") + ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE", "kernel", "");
    }

    /** The first column of every row, as text. */
    List<String> column(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        }
    }

    /** The only number of the only row. */
    long number(String query) throws SQLException {
        return Long.parseLong(column(query).getFirst());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
