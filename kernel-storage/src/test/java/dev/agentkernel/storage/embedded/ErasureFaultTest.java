package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails while content is blanked: no reader ever gets it back, and in the end nothing of it is left on the disk. */
class ErasureFaultTest {

    private static final String SECRET = "secret-that-must-go";

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path directory;

    private KernelProcess open(FaultyLogFiles files, Path place) throws IOException {
        Settings settings = new Settings(place, 2_000, 0);
        return new KernelProcess(
                EmbeddedStorage.open(settings, clock, AppendListener.NONE, files, H2Database.DISK),
                clock,
                "a",
                Limits.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource(value = Failure.class, names = "SHORT")
    void contentShouldBeGoneInTheEndWhicheverChangeFails(Failure failure) throws IOException {
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
            failed = eraseWithFailure(failure, nth);
            assertThat(nth).as("more failures than changes").isLessThan(50);
        }
    }

    /** Says whether the failure happened. */
    private boolean eraseWithFailure(Failure failure, int nth) throws IOException {
        FaultyLogFiles files = new FaultyLogFiles();
        Path place = directory.resolve(failure + "-" + nth);
        boolean happened;
        try (KernelProcess kernel = open(files, place)) {
            AgentCaller agent = kernel.newAgent();
            for (int i = 0; i < 4; i++) {
                kernel.put(agent, "k", SECRET + i);
                kernel.put(agent, "other", "stays" + i);
            }
            kernel.removals().remove(RemovalTarget.state("k"), "the law", "administrator");
            files.fail(Operation.CHANGES, nth, failure);
            erase(kernel);
            happened = !files.failurePending();
            files.fail(Operation.CHANGES, Integer.MAX_VALUE, failure);
        }
        files.restart();
        try (KernelProcess kernel = open(files, place)) {
            assertRedacted(kernel);
            kernel.eraser().runOnce();
            assertThat(kernel.storage().removals().unerased(1)).isEmpty();
            assertRedacted(kernel);
        }
        assertThat(contents(files, place)).doesNotContain(SECRET).contains("stays0", "stays3");
        return happened;
    }

    /** Without the commit that follows: where that fails half-way, the process ends. */
    private static void erase(KernelProcess kernel) {
        RemovalStore removals = kernel.storage().removals();
        PlacedRemoval removal = removals.unerased(1).getFirst();
        try {
            removals.blank(
                    new TreeSet<>(removals.loggedIn(removal.removal().target(), 0, removal.seq())), removal.removal());
        } catch (FatalStorageException | StorageException asked) {
            assertThat(asked).hasMessageContaining("event log");
        }
    }

    private static void assertRedacted(KernelProcess kernel) {
        assertThat(kernel.allEvents(100))
                .extracting(Event::data)
                .allSatisfy(data -> assertThat(data.toUtf8()).doesNotContain(SECRET))
                .filteredOn(data -> data.toUtf8().contains("\"redacted\":true"))
                .hasSize(4);
    }

    private static String contents(FaultyLogFiles files, Path place) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files.list(place.resolve("events"))) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(files.size(file)));
            try (ReadFile open = files.openForRead(file)) {
                while (content.hasRemaining() && open.read(content, content.position()) >= 0) {
                    // until its end
                }
            }
            all.append(new String(content.array(), StandardCharsets.UTF_8));
        }
        return all.toString();
    }
}
