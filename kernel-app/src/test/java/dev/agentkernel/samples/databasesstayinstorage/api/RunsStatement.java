package dev.agentkernel.samples.databasesstayinstorage.api;

import java.sql.Connection;
import java.sql.SQLException;

record RunsStatement(Connection connection) {
    void run() throws SQLException {
        connection.commit();
    }
}
