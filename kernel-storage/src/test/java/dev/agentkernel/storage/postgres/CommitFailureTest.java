package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commits that something happens to on the way: what was answered is there once, what was refused is not there. */
@Timeout(60)
class CommitFailureTest {

    private static final String REPLICA = "a";

    private final FailingConnections failing = new FailingConnections();
    private String database;
    private KernelProcess kernel;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        kernel = process(REPLICA);
    }

    private KernelProcess process(String replica) {
        Storage storage = PostgresStorage.open(
                TestServer.running().settingsFor(database, replica),
                InstantSource.system(),
                DecisionClock.OF_DATABASE,
                failing::wrap);
        return new KernelProcess(storage, InstantSource.system(), replica, Limits.DEFAULT);
    }

    @AfterEach
    void close() throws SQLException {
        kernel.close();
        TestServer.running().dropDatabase(database);
    }

    @Test
    void sessionMayEndBeforeAnyStatementAndNothingIsLostOrDoubled() {
        AgentCaller agent = kernel.newAgent();
        List<String> sent = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        do {
            failing.failAfter(failures.size());
            String content = "message " + failures.size();
            kernel.send(agent, agent, content, content);
            sent.add(content);
            failures.add(Objects.requireNonNullElse(failing.failedBefore(), "nothing"));
        } while (failing.failedBefore() != null);

        assertThat(failures).contains("COMMIT").endsWith("nothing").hasSizeGreaterThan(10);
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 100))).isEqualTo(sent);
        assertLogIsWhole();
    }

    private void assertLogIsWhole() {
        assertThat(kernel.allEvents(100))
                .extracting(Event::seq)
                .isEqualTo(LongStream.rangeClosed(1, kernel.storage().events().lastSeq())
                        .boxed()
                        .toList());
    }

    @Test
    void commitWhoseAnswerIsLostShouldBeAnsweredAllTheSame() {
        AgentCaller agent = kernel.newAgent();
        SentMessage before = kernel.send(agent, agent, "before");
        failing.failAfterNextCommit();
        SentMessage sent = kernel.send(agent, agent, "lost answer");

        assertThat(failing.failedBefore()).isEqualTo("the answer");
        List<Event> events = kernel.allEvents(100);
        assertThat(events.getLast().time()).isEqualTo(sent.timestamp()).isAfterOrEqualTo(before.timestamp());
        assertThat(events.getLast().data().toUtf8()).contains(sent.messageId().toString());
        assertThat(kernel.storage().messages().depth(agent.address()).messages())
                .isEqualTo(2);
        assertThat(kernel.put(agent, "k", "v").version())
                .isEqualTo(events.getLast().seq() + 1);
    }

    @Test
    void leaseWhoseAnswerIsLostShouldBeAnsweredAllTheSame() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "m");
        failing.failAfterNextCommit();
        assertThat(kernel.receive(agent, 1)).hasSize(1);
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void brokenConnectionBetweenBatchesShouldGoUnnoticed() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 3; i++) {
            TestServer.running()
                    .execute(
                            "postgres",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                                    + "'");
            kernel.send(agent, agent, "m" + i);
        }
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 5))).containsExactly("m0", "m1", "m2");
    }

    @Test
    void laterProcessOfTheSameNameShouldFenceTheEarlier() throws Exception {
        AgentCaller agent = kernel.newAgent();
        KernelProcess later = process(REPLICA);
        assertThatThrownBy(() -> kernel.storage()
                        .commits()
                        .commit(new Batch(List.of(), List.of(new LogRecord.RegistryRead(agent.address())))))
                .isInstanceOf(FatalStorageException.class)
                .hasMessageContaining("'" + REPLICA + "'");
        later.put(agent, "k", "v");
        later.close();
    }

    @Test
    void decisionsShouldBeTakenAnewWhenTheTotalsOutgrewTheirHeadroom() {
        List<Long> seen = new ArrayList<>();
        Mutation<Long> writing = new Mutation<>() {
            @Override
            public void require(Requirements requirements) {
                requirements.stateKey("k");
                requirements.stateTotals();
            }

            @Override
            public Decision<Long> decide(WorkingSet rows) {
                seen.add(rows.stateBytes());
                if (seen.size() == 1) {
                    growState(BatchDecision.HEADROOM_BYTES + 1);
                }
                return Decision.of(
                        new LogRecord.StateWritten("k", KernelProcess.utf8("v"), "somebody", -1), Stamp::firstSeq);
            }
        };

        kernel.storage().commits().commit(new Batch(List.of(writing), List.of()));

        assertThat(seen).containsExactly(BatchDecision.HEADROOM_BYTES, BatchDecision.HEADROOM_BYTES + 1);
        assertThat(kernel.storage().state().totals())
                .isEqualTo(new StateTotals(BatchDecision.HEADROOM_BYTES + 1 + 2, 1));
        assertThat(kernel.allEvents(10)).hasSize(1);
    }

    private void growState(long bytes) {
        try {
            TestServer.running().execute(database, "UPDATE commits SET state_bytes = state_bytes + " + bytes);
        } catch (SQLException failed) {
            throw new IllegalStateException("another replica's commit", failed);
        }
    }

    @Test
    void replicaThatIsPausedInMidCommitShouldStopTheOthersForSecondsOnly() throws Exception {
        AgentCaller agent = kernel.newAgent();
        try (Connection paused = TestServer.running().connect(database);
                Statement statement = paused.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = 2000");
            paused.setAutoCommit(false);
            statement.execute(RowLoader.LOCK_HISTORY);

            long started = System.nanoTime();
            kernel.send(agent, agent, "m");
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        }
        assertLogIsWhole();
    }

    @Test
    void lockThatIsNotGivenUpShouldRefuseTheBatchAndKeepNothing() throws Exception {
        AgentCaller agent = kernel.newAgent();
        try (Connection holder = TestServer.running().connect(database);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT * FROM queues FOR UPDATE");
            long started = System.nanoTime();
            assertThatThrownBy(() -> kernel.send(agent, agent, "m"))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
            holder.rollback();
        }
        kernel.send(agent, agent, "after");
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 5))).containsExactly("after");
    }
}
