package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.cluster.LocalWakeups;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two ends of the hints' way, step by step on one thread. */
@Timeout(60)
class HintConnectionsTest {

    private final LocalWakeups local = new LocalWakeups();
    private final RecordedHints heard = new RecordedHints();
    private final HintBuffer buffer = new HintBuffer();
    private final OwnEcho echo = new OwnEcho();
    private final List<Connection> opened = new ArrayList<>();
    private String database;
    private Connections connections;
    private boolean away;
    private HintSender sender;
    private HintReceiver receiver;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        connections = Connections.to(TestServer.running().settingsFor(database, "a"));
        sender = new HintSender(this::connect, buffer, echo, "a");
        receiver = new HintReceiver(this::connect, local, echo, "a", Duration.ofNanos(1));
        local.subscribe(heard);
    }

    private Connection connect() throws SQLException {
        if (away) {
            throw new SQLException("away", "08001");
        }
        Connection connection = connections.openWriter();
        opened.add(connection);
        return connection;
    }

    @AfterEach
    void close() throws SQLException {
        sender.close();
        receiver.close();
        connections.close();
        TestServer.running().dropDatabase(database);
    }

    @Test
    void listeningShouldBeginWithALookAtEverything() {
        receiver.runOnce();
        assertThat(heard.all()).containsExactly("everything");
    }

    @Test
    void ownHintsShouldComeBackUntold() throws InterruptedException {
        receiver.runOnce();
        buffer.add(new Hint.Mail("tab_a"));
        sender.runOnce();
        assertThat(echo.silence(System.nanoTime())).isPositive();
        receiver.runOnce();
        assertThat(echo.silence(System.nanoTime())).isZero();
        assertThat(opened).hasSize(2);
        assertThat(heard.all()).containsExactly("everything");
    }

    @Test
    void aConnectionThatDoesNotHearItsOwnShouldBeReplaced() throws Exception {
        receiver.runOnce();
        try (Statement statement = opened.getFirst().createStatement()) {
            statement.execute("UNLISTEN *");
        }
        sender.runOnce();
        receiver.runOnce();
        assertThat(opened.getFirst().isClosed()).isTrue();
        receiver.runOnce();
        assertThat(heard.all()).containsExactly("everything", "everything");
        new HintSender(this::connect, bufferWith(new Hint.Mail("tab_b")), new OwnEcho(), "b").runOnce();
        receiver.runOnce();
        assertThat(heard.all()).endsWith("mail tab_b");
    }

    private static HintBuffer bufferWith(Hint hint) {
        HintBuffer other = new HintBuffer();
        other.add(hint);
        return other;
    }

    @Test
    void hintsThatCouldNotBeSentShouldBeMadeUpForByALookAtEverything() throws Exception {
        receiver.runOnce();
        away = true;
        HintBuffer ofOther = bufferWith(new Hint.Mail("tab_b"));
        HintSender other = new HintSender(this::connect, ofOther, new OwnEcho(), "b");
        other.runOnce();
        away = false;
        other.runOnce();
        other.close();
        heard.all().clear();
        receiver.runOnce();
        assertThat(heard.all()).containsExactly("everything");
    }

    @Test
    void whatNobodyCanReadShouldMakeEverybodyLook() throws SQLException {
        receiver.runOnce();
        heard.all().clear();
        TestServer.running().execute(database, "NOTIFY " + HintSender.CHANNEL + ", 'of another version'");
        receiver.runOnce();
        assertThat(heard.all()).containsExactly("everything");
    }

    @Test
    void aPauseWithoutHintsShouldNotBeSilence() {
        OwnEcho alone = new OwnEcho();
        assertThat(alone.silence(1_000)).isZero();
        alone.sent(alone.next(), 1_000);
        alone.sent(alone.next(), 2_000);
        assertThat(alone.silence(5_000)).isEqualTo(Duration.ofNanos(4_000));
        alone.heard(1);
        assertThat(alone.silence(5_000)).isPositive();
        alone.heard(2);
        assertThat(alone.silence(9_000)).isZero();
    }

    @Test
    void thePollShouldTellOfOthersAlone() throws SQLException {
        PostgresStorage.open(TestServer.running().settingsFor(database, "b"), java.time.InstantSource.system())
                .close();
        commit(1, "b");
        HintPoll poll = new HintPoll(new PooledReads(connections), local, "a", Duration.ofMinutes(1));
        assertThat(poll.look()).isTrue();
        assertThat(poll.look()).isFalse();
        commit(2, "b");
        commit(3, "a");
        assertThat(poll.look()).isTrue();
        commit(4, "a");
        assertThat(poll.look()).isFalse();
        assertThat(heard.all()).filteredOn("everything"::equals).hasSize(2);
    }

    private void commit(long number, String replica) throws SQLException {
        TestServer.running()
                .execute(
                        database,
                        "INSERT INTO commits VALUES (" + number + ", 0, 0, 0, 0, 0, 0, 0, '" + replica + "', 1, 1)");
    }
}
