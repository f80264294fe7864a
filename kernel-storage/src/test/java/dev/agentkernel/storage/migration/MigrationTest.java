package dev.agentkernel.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.DirectoryInUseException;
import dev.agentkernel.storage.embedded.EmbeddedContents;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.postgres.PostgresImport;
import dev.agentkernel.storage.postgres.PostgresSettings;
import dev.agentkernel.storage.postgres.PostgresStorage;
import dev.agentkernel.storage.postgres.PostgresTables;
import dev.agentkernel.storage.postgres.TestServer;
import dev.agentkernel.storage.transfer.Progress;
import dev.agentkernel.storage.transfer.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that moved from a data directory to PostgreSQL goes on as if nothing had happened. */
class MigrationTest {

    private static final InstantSource CLOCK = InstantSource.system();

    /** What COPY gives a meaning of its own. */
    private static final ByteString ODD = KernelProcess.utf8("\u0000\t\\N\n\\.");

    private static final MessageContext CONTEXT = new MessageContext(ODD, new UUID(1, 2), Duration.ofSeconds(100));

    /** Tables of the embedded store whose rows go into others: those of the queues into {@code messages}, the last into {@code commits}. */
    private static final Set<String> ABSORBED = Set.of(
            "message_contents", "leases", "pushes", "message_expiries", "dead_letters", "totals", "log_position");

    @TempDir
    private Path directory;

    private String database;
    private PostgresSettings target;

    @BeforeEach
    void makeDatabase() throws SQLException {
        database = TestServer.running().createDatabase();
        target = TestServer.running().settingsFor(database, "moved");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        TestServer.running().dropDatabase(database);
    }

    private KernelProcess embedded() throws IOException {
        return processOn(EmbeddedStorage.open(new EmbeddedStorage.Settings(directory, 100_000, 0), CLOCK));
    }

    private static KernelProcess processOn(Storage storage) {
        return new KernelProcess(storage, CLOCK, "process", Limits.DEFAULT);
    }

    private Migration.Report migrate() throws IOException, SQLException {
        return Migration.run(directory, target, Progress.NONE);
    }

    @Test
    void everythingShouldGoOnInTheOtherStorage() throws Exception {
        RegisteredOperator operator;
        RegisteredAgent alice;
        RegisteredAgent bob;
        SentMessage retryable;
        TakenMessages held;
        ByteString secret = ByteString.ofHex("0123456789abcdef");
        List<Event> events;
        try (KernelProcess before = embedded()) {
            before.storage().secrets().loadOrCreate("secret-key", () -> secret);
            operator = before.registry().registerOperator("tab\tline\nback\\slash \ud83d\ude00", true);
            OperatorCaller owner = (OperatorCaller) before.holderOf(operator.apiKey());
            alice = register(before, owner);
            bob = register(before, owner);
            AgentCaller a = (AgentCaller) before.holderOf(alice.token());
            AgentCaller b = (AgentCaller) before.holderOf(bob.token());
            retryable = before.send(a, b, "first \u0000\u2028\t\n\\N", "key-1");
            before.send(a, b, "second");
            before.messages().send(a, new OutgoingMessage(b.address(), KernelProcess.utf8("third"), CONTEXT, null));
            held = before.messages().take(b, 1);
            before.state().write(a, "k/\u2028", ODD, Precondition.NONE);
            before.put(a, "gone", "x");
            before.state().delete(a, "gone", Precondition.NONE);
            before.get(b, "k/\u2028");
            for (int i = 0; i < 500; i++) {
                before.send(b, a, "number " + i);
            }
            events = before.allEvents(100);
            before.storage().close();
        }

        Migration.Report report = migrate();

        assertThat(report.lastSeq()).isEqualTo(events.getLast().seq());
        assertThat(report.rows()).containsEntry("messages", 503L).containsEntry("events", report.lastSeq());
        try (PostgresStorage storage = PostgresStorage.open(target, CLOCK);
                KernelProcess after = processOn(storage)) {
            assertThat(after.allEvents(100)).isEqualTo(events);
            assertThat(storage.secrets().loadOrCreate("secret-key", () -> ByteString.ofHex("00")))
                    .isEqualTo(secret);
            assertThat(after.holderOf(operator.apiKey())).isInstanceOf(OperatorCaller.class);
            AgentCaller a = (AgentCaller) after.holderOf(alice.token());
            AgentCaller b = (AgentCaller) after.holderOf(bob.token());
            assertThat(after.send(a, b, "first \u0000\u2028\t\n\\N", "key-1")).isEqualTo(retryable);
            List<QueuedMessage> received = after.receive(b, 10);
            assertThat(KernelProcess.contentsOf(received)).containsExactly("second", "third");
            assertThat(received).extracting(QueuedMessage::context).containsExactly(MessageContext.NONE, CONTEXT);
            after.messages().giveBack(held);
            assertThat(after.receive(b, 10)).isEqualTo(held.messages());
            assertThat(after.receive(a, 100))
                    .extracting(QueuedMessage::content)
                    .hasSize(100)
                    .startsWith(KernelProcess.utf8("number 0"));
            assertThat(after.state().read(a, "k/\u2028"))
                    .hasValueSatisfying(entry -> assertThat(entry.value()).isEqualTo(ODD));
            assertThat(after.get(a, "gone")).isEqualTo(Optional.empty());
            assertThat(after.allEvents(1_000).get(events.size()).seq()).isEqualTo(report.lastSeq() + 1);
        }
    }

    /** Also what retention left of a log, and what is removed and not blanked yet. */
    @Test
    void aShortenedLogAndRemovedContentShouldGoOn() throws Exception {
        AgentCaller agent;
        List<Event> events;
        List<Removal> removals;
        try (KernelProcess before = embedded()) {
            agent = before.newAgent();
            for (int i = 0; i < 4; i++) {
                before.put(agent, "large " + i, "x".repeat(60_000));
            }
            before.put(agent, "erased", "must-be-gone 1");
            before.removals().remove(RemovalTarget.state("erased"), "the law", "administrator");
            before.eraser().runOnce();
            before.put(agent, "not erased yet", "must-be-gone 2");
            before.removals().remove(RemovalTarget.state("not erased yet"), "the law", "administrator");
            removals = before.storage().removals().removals(0, 10);
            events = before.allEvents(100);
            before.storage().close();
        }
        long first = dropFirstSegment();
        assertThat(first).isGreaterThan(1);

        Migration.Report report = migrate();

        assertThat(report.rows()).containsEntry("events", report.lastSeq() - first + 1);
        try (PostgresStorage storage = PostgresStorage.open(target, CLOCK);
                KernelProcess after = processOn(storage)) {
            assertThat(after.allEvents(100))
                    .isEqualTo(events.stream()
                            .filter(event -> event.seq() >= first)
                            .toList())
                    .noneMatch(event -> event.data().toUtf8().contains("must-be-gone"));
            assertThat(storage.events()
                            .find(EventQuery.after(0, EventFilter.ALL, 1))
                            .events())
                    .extracting(Event::seq)
                    .containsExactly(first);
            assertThat(after.get(agent, "large 0")).isPresent();
            assertThat(after.get(agent, "not erased yet"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("[REDACTED"));
            assertThat(storage.removals().removals(0, 10)).isEqualTo(removals);
            assertThat(storage.removals().unerased(10)).hasSize(1);
            after.eraser().runOnce();
            assertThat(storage.removals().unerased(10)).isEmpty();
        }
        try (Connection connection = TestServer.running().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM events WHERE position('must-be-gone'::bytea IN data) > 0")) {
            row.next();
            assertThat(row.getLong(1)).isZero();
        }
    }

    /** As retention does once the tables are past it; returns the first event that is left. */
    private long dropFirstSegment() throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("events"))) {
            segments = files.sorted().toList();
        }
        Files.delete(segments.getFirst());
        return Long.parseLong(segments.get(1).getFileName().toString().replaceAll("[^0-9]", ""));
    }

    private static RegisteredAgent register(KernelProcess process, OperatorCaller owner) {
        return process.registry()
                .registerAgent(owner, process.registry().issueChallenge().id(), "", null);
    }

    @Test
    void aTargetThatIsNotEmptyShouldBeRefused() throws Exception {
        try (KernelProcess before = embedded()) {
            before.newAgent();
            before.storage().close();
        }
        migrate();

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(this::migrate)
                .withMessageContaining("is not empty: its table ");
    }

    @Test
    void aTargetOnWhichAKernelRunsShouldBeRefused() throws Exception {
        try (KernelProcess before = embedded()) {
            before.storage().close();
        }
        try (PostgresStorage running = PostgresStorage.open(target, CLOCK)) {
            assertThat(running.isAvailable()).isTrue();
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(this::migrate)
                    .withMessageContaining("a kernel is connected to");
        }
    }

    @Test
    void aDirectoryInUseOrWithoutAStoreShouldBeRefused() throws Exception {
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(this::migrate)
                .withMessageContaining("holds no embedded store");
        try (KernelProcess running = embedded()) {
            assertThatExceptionOfType(DirectoryInUseException.class).isThrownBy(this::migrate);
            running.storage().close();
        }
    }

    @Test
    void anInterruptedMigrationShouldLeaveTheTargetEmptyAndRunAgain() throws Exception {
        try (KernelProcess before = embedded()) {
            before.newAgents(3);
            before.storage().close();
        }
        Progress interrupting = new Progress() {

            @Override
            public void begin(String what, long total) {
                if (what.equals("verifying")) {
                    throw new IllegalStateException("interrupted");
                }
            }

            @Override
            public void advance(long count) {}
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> Migration.run(directory, target, interrupting))
                .withMessage("interrupted");

        assertThat(migrate().rows()).containsEntry("agents", 3L);
    }

    /**
     * Fails when a table is new. If both storages have it alike, name and columns, there is nothing to do. Otherwise say in {@link
     * SourceTable} which query makes its rows, here that its rows go into another table, or in {@link PostgresTables#NOT_COPIED} why
     * a copy does without it.
     */
    @Test
    void everyTableShouldBeKnown() throws Exception {
        try (KernelProcess before = embedded()) {
            before.storage().close();
        }
        try (EmbeddedContents source = EmbeddedContents.open(directory);
                PostgresImport into = PostgresImport.begin(target);
                Connection connection = TestServer.running().connect(database)) {
            assertThat(PostgresTables.all(connection))
                    .containsAll(PostgresTables.NOT_COPIED.keySet())
                    .containsAll(into.tables());
            for (String table : into.tables()) {
                if (!SourceTable.NOT_FROM_TABLES.contains(table)) {
                    List<String> columns = into.columns(table);
                    List<String> found = new ArrayList<>();
                    source.rows(
                            "SELECT * FROM (" + SourceTable.query(table, columns) + ") RIGHT JOIN (SELECT 1) ON FALSE",
                            row -> {
                                for (int i = 1; i < row.getMetaData().getColumnCount(); i++) {
                                    found.add(
                                            row.getMetaData().getColumnLabel(i).toLowerCase());
                                }
                            });
                    assertThat(found).as("columns of %s", table).containsExactlyInAnyOrderElementsOf(columns);
                }
            }
            TreeSet<String> known = new TreeSet<>(ABSORBED);
            known.addAll(into.tables());
            assertThat(source.tables())
                    .as("tables of the embedded store, whose rows the migration must put somewhere")
                    .isSubsetOf(known);
            assertThat(into.tables()).containsAll(SourceTable.NOT_FROM_TABLES);
        }
    }
}
