package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.storage.embedded.log.LogFiles.AppendFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NioLogFilesTest {

    private final NioLogFiles files = new NioLogFiles();

    @TempDir
    Path directory;

    @Test
    void writeShouldWriteAllPartsAtTheOffsetWhateverTheirSizes() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int size : new int[] {0, 1, 100, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 5_000_000}) {
            byte[] one = new byte[size];
            byte[] two = new byte[150];
            random.nextBytes(one);
            random.nextBytes(two);
            Path path = directory.resolve("file-" + size);
            try (AppendFile file = files.create(path)) {
                file.write(0, ByteBuffer.wrap(new byte[10]));
                file.write(4, ByteBuffer.wrap(one), ByteBuffer.wrap(two));
                file.force();
            }
            byte[] expected = ByteBuffer.allocate(Math.max(10, 4 + size + 150))
                    .put(4, one)
                    .put(4 + size, two)
                    .array();
            assertThat(Files.readAllBytes(path)).isEqualTo(expected);
        }
    }

    @Test
    void createShouldRefuseAFileThatExists() throws IOException {
        Path path = directory.resolve("file");
        Files.writeString(path, "kept");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.create(path));
        assertThat(path).hasContent("kept");
    }

    @Test
    void openForAppendShouldRefuseAFileThatIsMissing() {
        Path path = directory.resolve("missing");

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.openForAppend(path));
        assertThat(path).doesNotExist();
    }

    @Test
    void deleteShouldAcceptAFileThatIsMissing() throws IOException {
        files.delete(directory.resolve("missing"));
    }

    @Test
    void createDirectoryShouldCreateParentsAndAcceptAnExistingOne() throws IOException {
        Path nested = directory.resolve("a/b/c");
        files.createDirectory(nested);
        files.createDirectory(nested);

        assertThat(nested).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void wantOfSpaceShouldBeTold() throws IOException {
        try (AppendFile full = files.openForAppend(Path.of("/dev/full"))) {
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> full.write(0, ByteBuffer.wrap(new byte[100])))
                    .withMessageContaining("/dev/full");
        }
    }

    @Test
    void noOperationShouldBeDisturbedByAnInterrupt() throws IOException {
        Path path = directory.resolve("file");
        Thread.currentThread().interrupt();
        try (AppendFile file = files.create(path)) {
            file.write(0, ByteBuffer.wrap(new byte[100_000]));
            file.truncate(50_000);
            file.force();
            files.forceDirectory(directory);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(path).hasSize(50_000);
    }
}
