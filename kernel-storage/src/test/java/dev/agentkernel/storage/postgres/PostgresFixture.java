package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.StorageFixture;
import dev.agentkernel.storage.records.Micros;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** A database of its own, with the tables that {@link PostgresSchemaTest} sees made. */
final class PostgresFixture implements StorageFixture {

    private final String database;

    PostgresFixture() throws SQLException {
        database = TestServer.running().createDatabaseWithTables();
    }

    @Override
    public Storage open(InstantSource clock, String process) {
        return PostgresStorage.open(
                TestServer.running().settingsFor(database, process),
                clock,
                () -> Micros.of(clock.instant()),
                UnaryOperator.identity());
    }

    @Override
    public void close() throws SQLException {
        TestServer.running().dropDatabase(database);
    }
}
