package dev.agentkernel.storage.embedded;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the space that is left on the disk, so that the kernel stops growing before the disk is full: a full disk would close
 * the database.
 */
final class SpaceWatch {

    private static final Logger log = LoggerFactory.getLogger(SpaceWatch.class);

    private final FileStore disk;
    private final long reserveBytes;
    private volatile boolean low;

    SpaceWatch(Path directory, long reserveBytes) throws IOException {
        this.disk = Files.getFileStore(directory);
        this.reserveBytes = reserveBytes;
    }

    /** Whether the disk is down to its reserve, as measured now: one system call. */
    boolean isLow() {
        try {
            long usable = disk.getUsableSpace();
            note(usable < reserveBytes, usable);
        } catch (IOException unknown) {
            log.warn("The space left on the disk cannot be measured: {}", unknown.getMessage());
        }
        return low;
    }

    /** Whether so many bytes more would leave the reserve alone. */
    boolean hasRoomFor(long bytes) throws IOException {
        return disk.getUsableSpace() - bytes >= reserveBytes;
    }

    private void note(boolean nowLow, long usableBytes) {
        if (nowLow != low) {
            low = nowLow;
            if (nowLow) {
                log.warn(
                        "The disk has {} bytes left, less than the reserve of {} (kernel.storage.reserve-bytes): what grows is"
                                + " refused and reads are not logged until space is freed",
                        usableBytes,
                        reserveBytes);
            } else {
                log.info("The disk has {} bytes left again: everything is accepted", usableBytes);
            }
        }
    }
}
