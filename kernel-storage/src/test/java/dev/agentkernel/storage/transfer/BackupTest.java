package dev.agentkernel.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.EmbeddedBackup;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.embedded.log.LogException;
import dev.agentkernel.storage.postgres.PostgresBackup;
import dev.agentkernel.storage.postgres.PostgresStorage;
import dev.agentkernel.storage.postgres.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was backed up can be restored elsewhere, and goes on there. */
class BackupTest {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final ByteString SECRET = ByteString.ofHex("0123456789abcdef");

    @TempDir
    private Path directory;

    /** Stands in contents that are removed. */
    private static final String GONE = "must-be-gone";

    private Path backup;
    private List<Removal> removals = List.of();
    private List<Event> events = List.of();
    private AgentCaller sender;
    private AgentCaller recipient;

    @BeforeEach
    void nameBackup() {
        backup = directory.resolve("backup");
    }

    private void fill(Storage storage) {
        try (KernelProcess kernel = new KernelProcess(storage, CLOCK, "before", Limits.DEFAULT)) {
            storage.secrets().loadOrCreate("secret-key", () -> SECRET);
            List<AgentCaller> agents = kernel.newAgents(2);
            sender = agents.get(0);
            recipient = agents.get(1);
            for (int i = 0; i < 50; i++) {
                kernel.send(sender, recipient, "\u0000\t\\N\n" + i, "key-" + i);
            }
            kernel.receive(recipient, 10);
            kernel.put(sender, "key/\u2028", "value\\.\n");
            kernel.put(sender, "erased", GONE + " 1");
            kernel.removals().remove(RemovalTarget.state("erased"), "the law", "administrator");
            SentMessage message = kernel.send(recipient, sender, GONE + " 0");
            kernel.removals().remove(RemovalTarget.message(message.messageId()), "the law", "administrator");
            kernel.eraser().runOnce();
            kernel.put(sender, "not erased yet", GONE + " 2");
            kernel.removals().remove(RemovalTarget.state("not erased yet"), "the law", "administrator");
            removals = storage.removals().removals(0, 10);
            events = kernel.allEvents(100);
        }
    }

    private void requireTheSame(Storage storage) {
        try (KernelProcess kernel = new KernelProcess(storage, CLOCK, "after", Limits.DEFAULT)) {
            assertThat(kernel.allEvents(100)).isEqualTo(events);
            requireRemoved(kernel);
            assertThat(storage.secrets().loadOrCreate("secret-key", () -> ByteString.ofHex("00")))
                    .isEqualTo(SECRET);
            assertThat(kernel.get(sender, "key/\u2028")).hasValue("value\\.\n");
            kernel.send(sender, recipient, "\u0000\t\\N\n49", "key-49");
            assertThat(KernelProcess.contentsOf(kernel.receive(recipient, 100)))
                    .hasSize(40)
                    .startsWith("\u0000\t\\N\n10")
                    .endsWith("\u0000\t\\N\n49");
            assertThat(kernel.allEvents(100).getLast().seq())
                    .isGreaterThan(events.getLast().seq());
        }
    }

    /** What was removed stays removed, also what had not been blanked yet. */
    private void requireRemoved(KernelProcess kernel) {
        assertThat(removals).hasSize(3);
        assertThat(kernel.storage().removals().removals(0, 10)).isEqualTo(removals);
        assertThat(kernel.storage().removals().unerased(10)).hasSize(1);
        assertThat(kernel.get(sender, "erased")).hasValueSatisfying(BackupTest::requireRedacted);
        assertThat(kernel.get(sender, "not erased yet")).hasValueSatisfying(BackupTest::requireRedacted);
        assertThat(kernel.receive(sender, 10)).isEmpty();
        kernel.eraser().runOnce();
        assertThat(kernel.storage().removals().unerased(10)).isEmpty();
        assertThat(events).noneMatch(event -> event.data().toUtf8().contains(GONE));
        for (Event event : events) {
            if (event.type() == EventType.STATE_WRITTEN || event.type() == EventType.MESSAGE_SENT) {
                // As the log has it, not as readers see it.
                assertThat(kernel.storage().removals().content(event.seq()))
                        .hasValueSatisfying(
                                logged -> assertThat(logged.content().toUtf8()).doesNotContain(GONE));
            }
        }
    }

    private static void requireRedacted(String value) {
        assertThat(value).startsWith("[REDACTED");
    }

    private void damage(String name) throws IOException {
        Path file = backup.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Nested
    class OfEmbedded {

        private Path data() {
            return directory.resolve("data");
        }

        private EmbeddedStorage open(Path where) throws IOException {
            return EmbeddedStorage.open(new EmbeddedStorage.Settings(where, 5_000, 0), CLOCK);
        }

        private void makeBackup() throws IOException, SQLException {
            try (EmbeddedStorage storage = open(data())) {
                fill(storage);
            }
            assertThat(EmbeddedBackup.backup(data(), backup, Progress.NONE))
                    .isEqualTo(events.getLast().seq());
        }

        @Test
        void aRestoredDirectoryShouldGoOn() throws Exception {
            makeBackup();
            Path restored = directory.resolve("restored");
            assertThat(EmbeddedBackup.restore(backup, restored, Progress.NONE))
                    .isEqualTo(events.getLast().seq());
            assertThat(EmbeddedBackup.verify(restored, Progress.NONE).records()).isGreaterThan(events.size());
            try (EmbeddedStorage storage = open(restored)) {
                requireTheSame(storage);
            }
        }

        @Test
        void aDirectoryThatIsNotEmptyShouldBeRefused() throws Exception {
            makeBackup();
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> EmbeddedBackup.restore(backup, data(), Progress.NONE))
                    .withMessageContaining("is not empty");
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> EmbeddedBackup.backup(data(), backup, Progress.NONE))
                    .withMessageContaining("is not empty");
        }

        @Test
        void aDamagedOrUnfinishedBackupShouldBeRefused() throws Exception {
            makeBackup();
            damage("kernel.mv.db");
            Path restored = directory.resolve("restored");
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> EmbeddedBackup.restore(backup, restored, Progress.NONE))
                    .withMessageContaining("kernel.mv.db is not what was backed up");
            Files.delete(backup.resolve("SHA256SUMS"));
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> EmbeddedBackup.restore(backup, restored, Progress.NONE))
                    .withMessageContaining("no backup that was completed");
        }

        @Test
        void verifyShouldFindABatchThatIsNotWhatWasWritten() throws Exception {
            makeBackup();
            Path segment = data().resolve("events").resolve("events-00000000000000000001.jsonl");
            byte[] bytes = Files.readAllBytes(segment);
            bytes[200] ^= 1;
            Files.write(segment, bytes);
            assertThatExceptionOfType(LogException.class)
                    .isThrownBy(() -> EmbeddedBackup.verify(data(), Progress.NONE))
                    .withMessageContaining(segment.getFileName().toString());
        }
    }

    @Nested
    class OfPostgres {

        private String source;
        private String target;

        @BeforeEach
        void makeDatabases() throws SQLException {
            source = TestServer.running().createDatabase();
            target = TestServer.running().createDatabase();
        }

        @AfterEach
        void dropDatabases() throws SQLException {
            TestServer.running().dropDatabase(source);
            TestServer.running().dropDatabase(target);
        }

        private PostgresStorage open(String database) {
            return PostgresStorage.open(TestServer.running().settingsFor(database, "kernel"), CLOCK);
        }

        private long restore(String database) throws IOException {
            return PostgresBackup.restore(backup, TestServer.running().settingsFor(database, "kernel"), Progress.NONE);
        }

        @Test
        void aDatabaseBackedUpWhileItRunsShouldGoOnElsewhere() throws Exception {
            try (PostgresStorage storage = open(source)) {
                fill(storage);
                assertThat(PostgresBackup.backup(
                                TestServer.running().settingsFor(source, "kernel"), backup, Progress.NONE))
                        .isEqualTo(events.getLast().seq());
            }
            assertThat(restore(target)).isEqualTo(events.getLast().seq());
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> restore(target))
                    .withMessageContaining("is not empty");
            try (PostgresStorage storage = open(target)) {
                requireTheSame(storage);
            }
        }

        @Test
        void aDamagedBackupShouldLeaveTheTargetEmpty() throws Exception {
            try (PostgresStorage storage = open(source)) {
                fill(storage);
            }
            PostgresBackup.backup(TestServer.running().settingsFor(source, "kernel"), backup, Progress.NONE);
            damage("messages.copy.gz");
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> restore(target))
                    .withMessageContaining("messages.copy.gz is not what was backed up");
        }

        @Test
        void aDatabaseWithoutAStoreShouldBeRefused() {
            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> PostgresBackup.backup(
                            TestServer.running().settingsFor(source, "kernel"), backup, Progress.NONE))
                    .withMessageContaining("holds no store");
        }
    }
}
