package dev.agentkernel.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that one process at a time works on a data directory. The operating system drops the lock when the process ends,
 * however it ends, so nothing stale is ever left.
 */
final class DirectoryLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);

    private static final String FILE = "kernel.lock";

    /**
     * What this process holds. POSIX drops a process's lock when the process closes any channel to the file, so the file of a
     * directory that is held here must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory that exists.
     *
     * @throws DirectoryInUseException if another process, or another kernel in this one, holds it
     */
    static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw new DirectoryInUseException(directory, ownProcessId());
        }
        try {
            return new DirectoryLock(real, lockedChannel(real));
        } catch (IOException | RuntimeException failed) {
            HELD.remove(real);
            throw failed;
        }
    }

    private static FileChannel lockedChannel(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!lock(channel)) {
                throw new DirectoryInUseException(directory, read(channel));
            }
            writeOwnProcessId(channel);
            return channel;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static String ownProcessId() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** It only tells others whom to look for: a full disk that has no room for it must not keep the kernel from starting. */
    private static void writeOwnProcessId(FileChannel channel) {
        try {
            ByteBuffer pid = ByteBuffer.wrap(ownProcessId().getBytes(StandardCharsets.US_ASCII));
            channel.truncate(channel.write(pid, 0));
        } catch (IOException noRoom) {
            log.warn("The process id cannot be written to the lock file: {}", noRoom.getMessage());
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(directory);
        }
    }
}
