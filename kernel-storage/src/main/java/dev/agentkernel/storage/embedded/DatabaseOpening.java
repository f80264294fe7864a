package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.log.LogFiles;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database at start-up. One whose file is damaged gives way to a new one if the log alone can fill that, else to its
 * snapshot.
 */
final class DatabaseOpening {

    private static final Logger log = LoggerFactory.getLogger(DatabaseOpening.class);

    private final String fileSystem;
    private final Path name;
    private final TableSnapshot snapshot;

    private DatabaseOpening(String fileSystem, Path name) {
        this.fileSystem = fileSystem;
        this.name = name;
        this.snapshot = new TableSnapshot(name);
    }

    /**
     * Opens the database of this name.
     *
     * @param events where the segments of the log are
     * @throws StorageException if the database cannot be used; the message says what to do
     */
    static H2Database open(String fileSystem, Path name, Path events, LogSettings logSettings, LogFiles files)
            throws IOException {
        DatabaseOpening opening = new DatabaseOpening(fileSystem, name);
        if (!Files.exists(H2Database.fileOf(name)) && opening.snapshot.exists()) {
            opening.replace(isLogComplete(events, logSettings, files));
        }
        try {
            return H2Database.open(fileSystem, name);
        } catch (StorageException unusable) {
            if (!H2Failure.isDamage(unusable)) {
                throw unusable;
            }
            return opening.anew(unusable, isLogComplete(events, logSettings, files));
        }
    }

    private H2Database anew(StorageException damaged, boolean logComplete) throws IOException {
        if (!logComplete && !snapshot.exists()) {
            throw new StorageException(
                    Remedy.NONE,
                    "the embedded database " + H2Database.fileOf(name) + " is damaged, and the event log does not"
                            + " reach back to its beginning to build it anew. Restore the data directory as a whole"
                            + " from a backup",
                    damaged);
        }
        log.warn("The embedded database is damaged", damaged);
        replace(logComplete);
        return H2Database.open(fileSystem, name);
    }

    private void replace(boolean logComplete) throws IOException {
        if (logComplete) {
            log.warn("The embedded database is built anew from the event log");
            Files.deleteIfExists(H2Database.fileOf(name));
        } else {
            log.warn("The embedded database is built anew from its snapshot and the event log");
            snapshot.restore();
        }
    }

    private static boolean isLogComplete(Path events, LogSettings logSettings, LogFiles files) throws IOException {
        try (SegmentLog segments = SegmentLog.open(events, logSettings, files)) {
            return LiveTables.isComplete(segments);
        }
    }
}
