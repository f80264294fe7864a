package dev.agentkernel.app.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.embedded.log.AppendListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStartTest {

    @TempDir
    private Path directory;

    @Test
    void startShouldFailAsInUseWhenTheDirectoryIsOpen() {
        try (Storage first = open(directory)) {
            assertThat(first.isAvailable()).isTrue();
            assertFailure(directory, ExitStatus.IN_USE, directory + " is in use by another kernel");
        }
    }

    @Test
    void startShouldFailAsNotCreatableWhenAFileIsInTheWay() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertFailure(file, ExitStatus.CANNOT_CREATE, "The data directory " + file + " cannot be made or written to: ");
        assertFailure(
                file.resolve("below"),
                ExitStatus.CANNOT_CREATE,
                "Give this user the right to, or choose another kernel.data-dir.");
    }

    @Test
    void startShouldFailAsDamagedWhenTheLogEndsBeforeTheTables() throws IOException {
        registerSomebody();
        for (Path segment : segments()) {
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
        assertFailure(directory, ExitStatus.DAMAGED_DATA, "nothing was changed");
    }

    @Test
    void startShouldBuildTheTablesAnewWhenTheDatabaseIsNoDatabase() throws IOException {
        registerSomebody();
        Files.writeString(directory.resolve("kernel.mv.db"), "x".repeat(20_000));
        try (Storage storage = open(directory)) {
            assertThat(storage.isAvailable()).isTrue();
            assertThat(storage.events().lastSeq()).isPositive();
        }
    }

    private static void assertFailure(Path directory, ExitStatus status, String part) {
        assertThatThrownBy(() -> open(directory).close())
                .isInstanceOfSatisfying(StartFailedException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(status);
                    assertThat(failure.getMessage())
                            .contains(part)
                            .doesNotContain("\n")
                            .endsWith(".");
                });
    }

    private void registerSomebody() {
        try (Storage storage = open(directory)) {
            Kernel kernel = new Kernel(
                    storage,
                    Kernel.Settings.DEFAULT,
                    new Kernel.Environment(
                            new KernelSecret(KernelSecret.generate()),
                            InstantSource.system(),
                            new LocalWakeups(),
                            url -> Optional.empty(),
                            KernelListeners.NONE,
                            fatal -> {}));
            kernel.start();
            kernel.registry().registerOperator("somebody", null);
            kernel.close();
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("events"))) {
            return files.toList();
        }
    }

    private static Storage open(Path directory) {
        return EmbeddedStart.open(
                new EmbeddedStorage.Settings(directory, 1 << 20, 1 << 20), InstantSource.system(), AppendListener.NONE);
    }
}
