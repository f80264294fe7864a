package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.SharedRateLimits;
import dev.agentkernel.core.storage.RateBudgetStore;
import dev.agentkernel.core.storage.RateBudgetStore.Spending;
import dev.agentkernel.core.storage.RateBudgetStore.Standing;
import dev.agentkernel.storage.contract.Race;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PostgresRateBudgetsTest {

    private static final RateCategory SEND = RateCategory.MESSAGE_SEND;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private String database;
    private PostgresStorage storage;
    private Connections connections;
    private PostgresRateBudgets a;
    private PostgresRateBudgets b;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        PostgresSettings settings = TestServer.running().settingsFor(database, "a");
        storage = PostgresStorage.open(settings, InstantSource.system());
        connections = Connections.to(settings);
        a = new PostgresRateBudgets(connections::openWriter, () -> 2);
        b = new PostgresRateBudgets(connections::openWriter, () -> 2);
    }

    @AfterEach
    void close() throws SQLException {
        a.close();
        b.close();
        connections.close();
        storage.close();
        TestServer.running().dropDatabase(database);
    }

    private static Standing settle(RateBudgetStore store, long spent, long wanted) {
        return store.settle(List.of(new Spending("agent", SEND, spent, wanted, MINUTE)))
                .getFirst();
    }

    @Test
    void whatOneSpendsTheOtherShouldSee() {
        assertThat(settle(a, 20 * SECOND, 0)).isEqualTo(new Standing(20 * SECOND, true));
        Standing standing = settle(b, 10 * SECOND, SECOND);
        assertThat(standing.granted()).isTrue();
        assertThat(standing.nanosToFull()).isBetween(20 * SECOND, 31 * SECOND);
    }

    @Test
    void whatDoesNotFitShouldNotBeGrantedButWhatIsSpentIsSpent() {
        assertThat(settle(a, 70 * SECOND, SECOND)).isEqualTo(new Standing(70 * SECOND, false));
        assertThat(settle(b, 0, SECOND).granted()).isFalse();
    }

    @Test
    void manyShouldBeSettledInTheirOrder() {
        List<Spending> many = IntStream.range(0, 1_200)
                .mapToObj(i -> new Spending("agent " + i * 7_919 % 1_200, SEND, i + 1L, 0, MINUTE))
                .toList();
        List<Standing> standings = a.settle(many);
        for (int i = 0; i < many.size(); i++) {
            assertThat(standings.get(i).nanosToFull()).isEqualTo(i + 1L);
        }
    }

    @Test
    void racersShouldShareOneBudgetToATenth() throws Exception {
        SharedRateLimits one =
                new SharedRateLimits(RateLimitSettings.defaults(), a, InstantSource.system(), System::nanoTime);
        SharedRateLimits two =
                new SharedRateLimits(RateLimitSettings.defaults(), b, InstantSource.system(), System::nanoTime);
        AtomicInteger allowed = new AtomicInteger();
        long started = System.nanoTime();
        Race.run(List.of(
                () -> count(one, allowed),
                () -> count(two, allowed),
                () -> count(one, allowed),
                () -> count(two, allowed)));
        long refilled = (System.nanoTime() - started) / SECOND + 1;
        assertThat((long) allowed.get()).isBetween(60L, 66 + refilled);
    }

    private static void count(SharedRateLimits limits, AtomicInteger allowed) {
        for (int i = 0; i < 100; i++) {
            if (limits.count("agent", SEND).allowed()) {
                allowed.incrementAndGet();
            }
            if (i % 25 == 0) {
                limits.count("agent " + i, SEND);
            }
        }
    }

    @Test
    void aBrokenConnectionShouldBeReplaced() throws SQLException {
        settle(a, SECOND, 0);
        TestServer.running()
                .execute(
                        database,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                                + "' AND pid <> pg_backend_pid()");
        assertThat(settle(a, SECOND, 0).nanosToFull()).isPositive();
    }

    @Test
    void fullBudgetsShouldBeForgotten() throws SQLException {
        settle(a, 1, 0);
        a.settle(List.of(new Spending("other", SEND, MINUTE, 0, MINUTE)));
        try (var connection = connections.openWriter();
                var statement = connection.createStatement()) {
            new ExpiredRows(DecisionClock.OF_DATABASE).runOnce(connection);
            try (var row = statement.executeQuery("SELECT string_agg(subject, ' ') FROM rate_budgets")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("other");
            }
        }
    }
}
