package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.contract.StorageFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A data directory of its own. */
final class EmbeddedFixture implements StorageFixture {

    /** Small enough that the tests rotate segments. */
    private static final long SEGMENT_BYTES = 256 << 10;

    private final Path directory;

    EmbeddedFixture() throws IOException {
        directory = Files.createTempDirectory("kernel-embedded");
    }

    @Override
    public Storage open(InstantSource clock, String process) throws IOException {
        return EmbeddedStorage.open(new EmbeddedStorage.Settings(directory, SEGMENT_BYTES, 0), clock);
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
