package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.storage.embedded.CommitPath.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables are a pure function of the log: whatever happened, the log alone rebuilds them to the last column. */
class PurityTest {

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theLogAloneShouldRebuildTheTables(long seed) throws IOException {
        Place live = Place.onDisk(directory.resolve("live")).withSegmentBytes(50_000);
        Files.createDirectories(live.directory());
        List<StampedRecord> acknowledged = new ArrayList<>();
        List<String> before;
        try (CommitPath path = CommitPath.open(live, clock)) {
            RandomChanges changes = new RandomChanges(seed);
            for (int i = 0; i < 300; i++) {
                acknowledged.addAll(path.commit(changes, 12));
                // Once in a while far enough for keys and challenges to expire and be purged.
                clock.move(i % 60 == 59 ? Duration.ofHours(25) : Duration.ofMillis(300));
            }
            path.requireHolds(acknowledged);
            before = path.dump();
        }
        assertThat(before).hasSizeGreaterThan(300);

        assertThat(rebuilt(live)).isEqualTo(before);
    }

    /** UTF-8 cannot say half a surrogate pair, and a contact may be any text. */
    @Test
    void aTextThatIsNoUnicodeShouldBeRebuiltAsItStood() throws IOException {
        Place live = Place.onDisk(directory.resolve("live"));
        Files.createDirectories(live.directory());
        LogRecord odd = new LogRecord.OperatorCreated(UUID.randomUUID(), "half \ud83d", true, ByteString.ofHex("41"));
        List<String> before;
        try (CommitPath path = CommitPath.open(live, clock)) {
            path.commit(Change.of(odd, needs -> {}));
            before = path.dump();
        }
        assertThat(rebuilt(live)).isEqualTo(before);
    }

    private List<String> rebuilt(Place live) throws IOException {
        Place fresh = Place.onDisk(directory.resolve("fresh"));
        Files.createDirectories(fresh.events());
        try (Stream<Path> segments = Files.list(live.events())) {
            for (Path segment : segments.toList()) {
                Files.copy(segment, fresh.events().resolve(segment.getFileName()));
            }
        }
        try (CommitPath path = CommitPath.open(fresh, clock)) {
            return path.dump();
        }
    }
}
