package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels of this version on the tables of a later one. */
class PostgresSchemaTest {

    private String database;

    @BeforeEach
    void create() throws SQLException {
        database = TestServer.running().createDatabase();
    }

    @AfterEach
    void drop() throws SQLException {
        TestServer.running().dropDatabase(database);
    }

    private PostgresStorage open(String replica) {
        return PostgresStorage.open(TestServer.running().settingsFor(database, replica), InstantSource.system());
    }

    private static KernelProcess kernel(PostgresStorage storage, String replica) {
        return new KernelProcess(storage, InstantSource.system(), replica, Limits.DEFAULT);
    }

    /** What an upgrade may do within a generation, to every table, while older replicas work. */
    private void widen() throws SQLException {
        for (String table : tables()) {
            TestServer.running().execute(database, "ALTER TABLE " + table + " ADD COLUMN of_next_version text");
        }
        TestServer.running()
                .execute(database, "CREATE TABLE of_next_version (id bigint PRIMARY KEY REFERENCES messages (seq))");
        isOfVersion("1.1");
    }

    private List<String> tables() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = TestServer.running().connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                        + " AND NOT relispartition AND relnamespace = 'public'::regnamespace"
                        + " AND relname <> 'flyway_schema_history'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        assertThat(names).contains("events", "messages", "state", "commits");
        return names;
    }

    private void isOfVersion(String version) throws SQLException {
        TestServer.running()
                .execute(
                        database,
                        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
                                + " installed_by, execution_time, success) VALUES (100, '" + version
                                + "', 'next', 'SQL', 'V" + version + "__next.sql', 1, 'somebody', 1, true)");
    }

    @Test
    void replicasOfThisVersionShouldWorkOnTablesThatALaterOneHasWidened() throws SQLException {
        PostgresStorage storageA = open("a");
        KernelProcess a = kernel(storageA, "a");
        AgentCaller agent = a.newAgent();
        a.put(agent, "k", "before");
        a.send(agent, agent, "before");

        widen();
        PostgresStorage storageB = open("b");
        KernelProcess b = kernel(storageB, "b");
        for (KernelProcess each : List.of(a, b)) {
            AgentCaller other = each.newAgent();
            each.put(agent, "k", "by " + each.name());
            each.send(agent, other, "after");
            assertThat(KernelProcess.contentsOf(each.receive(other, 10))).containsExactly("after");
            assertThat(each.get(agent, "k")).contains("by " + each.name());
        }
        assertThat(KernelProcess.contentsOf(b.receive(agent, 10))).containsExactly("before");
        assertThat(a.allEvents(100)).isEqualTo(b.allEvents(100)).isNotEmpty();
        a.commits().close();
        b.commits().close();
        storageA.close();
        storageB.close();
    }

    @Test
    void tablesOfALaterGenerationShouldBeRefused() throws SQLException {
        open("a").close();
        isOfVersion("2");
        assertThatThrownBy(() -> open("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("later version of the kernel");
    }
}
