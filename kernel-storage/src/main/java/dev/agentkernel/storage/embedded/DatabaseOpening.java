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

/** Opens the database at start-up; one whose file is damaged gives way to a new one if the log alone can fill that. */
final class DatabaseOpening {

    private static final Logger log = LoggerFactory.getLogger(DatabaseOpening.class);

    private DatabaseOpening() {}

    /**
     * Opens the database of this name.
     *
     * @param events where the segments of the log are
     * @throws StorageException if the database cannot be used; the message says what to do
     */
    static H2Database open(String fileSystem, Path name, Path events, LogSettings logSettings, LogFiles files)
            throws IOException {
        try {
            return H2Database.open(fileSystem, name);
        } catch (StorageException unusable) {
            if (!H2Failure.isDamage(unusable)) {
                throw unusable;
            }
            requireCompleteLog(unusable, name, events, logSettings, files);
            log.warn("The embedded database is damaged: it is discarded and built anew from the event log", unusable);
            Files.deleteIfExists(H2Database.fileOf(name));
            return H2Database.open(fileSystem, name);
        }
    }

    private static void requireCompleteLog(
            StorageException damaged, Path name, Path events, LogSettings logSettings, LogFiles files)
            throws IOException {
        try (SegmentLog segments = SegmentLog.open(events, logSettings, files)) {
            if (!LiveTables.isComplete(segments)) {
                throw new StorageException(
                        Remedy.NONE,
                        "the embedded database " + H2Database.fileOf(name) + " is damaged, and the event log does not"
                                + " reach back to its beginning to build it anew. Restore the data directory as a whole"
                                + " from a backup",
                        damaged);
            }
        }
    }
}
