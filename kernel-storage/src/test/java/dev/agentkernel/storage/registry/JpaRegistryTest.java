package dev.agentkernel.storage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.log.CapturedWarnings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The registry's queries against the embedded schema; the contract suites run them on every storage. */
class JpaRegistryTest {

    private static final UUID OWNER = UUID.fromString("01935b2c-0000-7000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("01935b2c-0000-7000-8000-000000000002");
    private static final Instant TIME = Instant.parse("2026-11-20T10:00:00.123456Z");

    private boolean away;
    private Connection keepsDatabaseOpen;
    private JpaRegistry registry;

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
        registry = new JpaRegistry(new DelegatingDataSource(dataSource) {
            @Override
            public Connection getConnection() throws SQLException {
                if (away) {
                    throw new SQLTransientConnectionException("the connection is refused", "08001");
                }
                return super.getConnection();
            }
        });
        insertOperator(OWNER, 3);
        insertOperator(OTHER, 1);
        insertAgent(2, "tab_a", OWNER, "'https://agent.example/hook'");
        insertAgent(3, "tab_b", OTHER, "NULL");
        insertAgent(5, "tab_c", OWNER, "NULL");
        insertAgent(9, "tab_d", OWNER, "NULL");
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
        assertThat(registry.agentsAfter(0, 2))
                .containsExactly(
                        new AgentEntry("tab_a", OWNER, TIME, 2, "https://agent.example/hook", 1, null, null),
                        new AgentEntry("tab_b", OTHER, TIME, 3, null, 0, null, null));
    }

    @Test
    void operatorShouldBeEmptyWhenUnknown() {
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
        assertThat(registry.agentsAfter(9, 1)).isEmpty();
        insertAgent(10, "tab_e", OTHER, "NULL");
        assertThat(addresses(registry.agentsAfter(9, 1))).containsExactly("tab_e");
    }

    @Test
    void readingShouldPromiseNothingWhenTheStatementCannotBeCarriedOut() throws SQLException {
        execute("DROP TABLE agents");
        assertThat(failureOf(() -> registry.agentsAfter(0, 1)).remedy()).isEqualTo(Remedy.NONE);
    }

    @Test
    void readingShouldBeWorthAnotherTryAndTellTheLogNothingWhenTheDatabaseIsAway() {
        try (CapturedWarnings warnings = new CapturedWarnings("org.hibernate")) {
            away = true;
            assertThat(failureOf(() -> registry.agentsAfter(0, 1)).remedy()).isEqualTo(Remedy.RETRY);
            assertThat(warnings.messages()).isEmpty();
        }
    }

    private static StorageException failureOf(ThrowingCallable reading) {
        return catchThrowableOfType(StorageException.class, reading);
    }
}
