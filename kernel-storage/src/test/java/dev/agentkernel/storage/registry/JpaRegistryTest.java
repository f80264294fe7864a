package dev.agentkernel.storage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The registry's queries against the embedded schema; the contract suites run them on every storage. */
class JpaRegistryStoreTest {

    private static final UUID OWNER = UUID.fromString("01935b2c-0000-7000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("01935b2c-0000-7000-8000-000000000002");
    private static final Instant TIME = Instant.parse("2026-11-20T10:00:00.123456Z");

    private Connection keepsDatabaseOpen;
    private JpaRegistryStore registry;

    @BeforeEach
    void open() throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        keepsDatabaseOpen = dataSource.getConnection();
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/embedded")
                .load()
                .migrate();
        registry = new JpaRegistryStore(dataSource);
        insertOperator(OWNER, 3);
        insertOperator(OTHER, 1);
        insertAgent(2, "tab_a", OWNER, "'https://agent.example/hook'");
        insertAgent(3, "tab_b", OTHER, "NULL");
        insertAgent(5, "tab_c", OWNER, "NULL");
        insertAgent(9, "tab_d", OWNER, "NULL");
        execute("UPDATE totals SET agent_count = 4 WHERE id = 1");
    }

    @AfterEach
    void close() throws SQLException {
        registry.close();
        keepsDatabaseOpen.close();
    }

    private void insertOperator(UUID id, int agents) throws SQLException {
        execute("INSERT INTO operators VALUES ('" + id + "', 'hash', TRUE, 1, " + agents
                + ", TIMESTAMP WITH TIME ZONE '" + TIME + "', 1)");
    }

    private void insertAgent(long seq, String address, UUID operator, String webhookUrl) throws SQLException {
        execute("INSERT INTO agents (registered_seq, address, operator_id, credential_version, webhook_url,"
                + " webhook_secret_version, block_count, registered_at) VALUES (" + seq + ", '" + address + "', '"
                + operator + "', 1, " + webhookUrl + ", " + (webhookUrl.equals("NULL") ? 0 : 1)
                + ", 0, TIMESTAMP WITH TIME ZONE '" + TIME + "')");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = keepsDatabaseOpen.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void agentShouldHaveEveryFieldToTheMicrosecond() {
        assertThat(registry.agent("tab_a"))
                .contains(new AgentEntry("tab_a", OWNER, TIME, 2, "https://agent.example/hook", 1, null, null));
        assertThat(registry.agent("tab_b")).contains(new AgentEntry("tab_b", OTHER, TIME, 3, null, 0, null, null));
    }

    @Test
    void agentShouldBeEmptyWhenUnknown() {
        assertThat(registry.agent("tab_x")).isEmpty();
        assertThat(registry.operator(UUID.randomUUID())).isEmpty();
    }

    @Test
    void operatorShouldCountItsAgents() {
        assertThat(registry.operator(OWNER)).contains(new OperatorEntry(OWNER, TIME, 3));
    }

    @Test
    void pagesShouldFollowTheOrderOfRegistration() {
        assertThat(addresses(registry.agentsAfter(0, 2))).containsExactly("tab_a", "tab_b");
        assertThat(addresses(registry.agentsAfter(3, 2))).containsExactly("tab_c", "tab_d");
        assertThat(registry.agentsAfter(9, 2)).isEmpty();
        assertThat(registry.agentCount()).isEqualTo(4);
    }

    @Test
    void pagesOfAnOperatorShouldHoldItsAgentsAlone() {
        assertThat(addresses(registry.agentsOf(OWNER, 0, 2))).containsExactly("tab_a", "tab_c");
        assertThat(addresses(registry.agentsOf(OWNER, 5, 2))).containsExactly("tab_d");
    }

    private static List<String> addresses(List<AgentEntry> entries) {
        return entries.stream().map(AgentEntry::address).toList();
    }

    @Test
    void readingShouldSeeWhatWasCommittedSince() throws SQLException {
        assertThat(registry.agent("tab_e")).isEmpty();
        insertAgent(10, "tab_e", OTHER, "NULL");
        assertThat(registry.agent("tab_e")).isPresent();
    }

    @Test
    void readingShouldSpeakOfTheStorageWhenTheDatabaseFails() throws SQLException {
        execute("DROP TABLE agents");
        assertThatThrownBy(() -> registry.agent("tab_a")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> registry.agentsAfter(0, 1)).isInstanceOf(StorageException.class);
    }
}
