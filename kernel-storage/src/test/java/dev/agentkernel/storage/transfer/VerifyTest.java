package dev.agentkernel.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.removal.TransparencyChain;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.EmbeddedBackup;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.postgres.PostgresBackup;
import dev.agentkernel.storage.postgres.PostgresStorage;
import dev.agentkernel.storage.postgres.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever changes what the transparency log says is found out. */
class VerifyTest {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final int REMOVALS = 4;

    private abstract static class Suite {

        private List<Removal> entries = List.of();

        abstract Storage open() throws IOException;

        abstract Connection connect() throws SQLException;

        abstract Verified verify() throws IOException;

        @BeforeEach
        void removeSomething() throws IOException {
            try (KernelProcess kernel = new KernelProcess(open(), CLOCK, "before", Limits.DEFAULT)) {
                AgentCaller agent = kernel.newAgent();
                for (int i = 1; i <= REMOVALS; i++) {
                    kernel.put(agent, "key " + i, "content " + i);
                    kernel.removals().remove(RemovalTarget.state("key " + i), "reason " + i, "admin");
                }
                entries = kernel.removals().list(0, REMOVALS);
            }
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
            }
        }

        /** Writes an entry with the hashes that it must have after another. */
        private Removal forge(Removal entry, String reason, ByteString previousHash) throws SQLException {
            ByteString hash = TransparencyChain.hashOf(
                    previousHash,
                    entry.number(),
                    entry.removedAt(),
                    entry.target(),
                    reason,
                    entry.performedBy(),
                    entry.contentHash());
            try (Connection connection = connect();
                    PreparedStatement statement = connection.prepareStatement(
                            "UPDATE removals SET reason = ?, previous_hash = ?, entry_hash = ? WHERE number = ?")) {
                statement.setString(1, reason);
                statement.setBytes(2, previousHash.unsafeArray());
                statement.setBytes(3, hash.unsafeArray());
                statement.setLong(4, entry.number());
                assertThat(statement.executeUpdate()).isEqualTo(1);
            }
            return new Removal(
                    entry.number(),
                    entry.target(),
                    reason,
                    entry.performedBy(),
                    entry.contentHash(),
                    entry.removedAt(),
                    previousHash,
                    hash);
        }

        private void assertDamaged(String sentence) {
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(this::verify)
                    .withMessageContaining(sentence)
                    .extracting(TransferException::reason)
                    .isEqualTo(TransferException.Reason.DAMAGED);
        }

        @Test
        void whatNobodyTouchedShouldBeSound() throws IOException {
            assertThat(verify().removals()).isEqualTo(REMOVALS);
        }

        @Test
        void changedEntryShouldShow() throws SQLException {
            execute("UPDATE removals SET reason = 'another' WHERE number = 2");
            assertDamaged("entry 2 of the transparency log");
        }

        @Test
        void missingEntryShouldShow() throws SQLException {
            execute("DELETE FROM removals WHERE number = 1");
            assertDamaged("entry 1 of the transparency log");
        }

        @Test
        void missingEndShouldShowInTheEventLog() throws SQLException {
            execute("DELETE FROM removals WHERE number = " + REMOVALS);
            assertDamaged("does not have the entry of event");
        }

        @Test
        void chainThatWasMadeAnewShouldShowInTheEventLog() throws SQLException {
            List<Removal> forged = new ArrayList<>();
            ByteString previous = TransparencyChain.GENESIS;
            for (Removal entry : entries) {
                String reason = entry.number() == 3 ? "another" : entry.reason();
                forged.add(forge(entry, reason, previous));
                previous = forged.getLast().entryHash();
            }
            assertThat(forged.subList(0, 2)).isEqualTo(entries.subList(0, 2));
            assertDamaged("does not have the entry of event");
        }

        @Test
        void addedEntryShouldShowInTheEventLog() throws SQLException {
            Removal last = entries.getLast();
            execute("INSERT INTO removals (number, seq, kind, target, reason, performed_by, content_hash, removed_at,"
                    + " previous_hash, entry_hash, content_seq, erased) SELECT number + 1, seq, kind, target, reason,"
                    + " performed_by, content_hash, removed_at, previous_hash, entry_hash, content_seq, erased"
                    + " FROM removals WHERE number = " + last.number());
            Removal added = new Removal(
                    last.number() + 1,
                    last.target(),
                    last.reason(),
                    last.performedBy(),
                    last.contentHash(),
                    last.removedAt(),
                    last.previousHash(),
                    last.entryHash());
            forge(added, "never happened", last.entryHash());
            assertDamaged("no event recorded entry " + added.number());
        }
    }

    @Nested
    class OfEmbedded extends Suite {

        @TempDir
        private Path directory;

        @Override
        Storage open() throws IOException {
            return EmbeddedStorage.open(new EmbeddedStorage.Settings(directory, 5_000, 0), CLOCK);
        }

        @Override
        Connection connect() throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:h2:file:" + directory.resolve("kernel").toAbsolutePath() + ";IFEXISTS=TRUE", "kernel", "");
        }

        @Override
        Verified verify() throws IOException {
            return EmbeddedBackup.verify(directory, Progress.NONE);
        }
    }

    @Nested
    class OfPostgres extends Suite {

        private final String database = newDatabase();

        private static String newDatabase() {
            try {
                return TestServer.running().createDatabase();
            } catch (SQLException failed) {
                throw new IllegalStateException("no database could be made", failed);
            }
        }

        @AfterEach
        void dropDatabase() throws SQLException {
            TestServer.running().dropDatabase(database);
        }

        @Override
        Storage open() {
            return PostgresStorage.open(TestServer.running().settingsFor(database, "kernel"), CLOCK);
        }

        @Override
        Connection connect() throws SQLException {
            return TestServer.running().connect(database);
        }

        @Override
        Verified verify() {
            return PostgresBackup.verify(TestServer.running().settingsFor(database, "kernel"));
        }
    }
}
