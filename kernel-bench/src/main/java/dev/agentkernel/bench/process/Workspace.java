package dev.agentkernel.bench.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A fresh directory for the kernel's data and the servers' logs, deleted with all its contents when closed or at exit. */
public final class Workspace implements AutoCloseable {
    private static final int PROBE_WRITES = 101;
    private static final int PROBE_BYTES = 4096;

    private final Path directory;
    private final Runnable atExit = this::delete;
    private boolean kept;

    private Workspace(Path directory) {
        this.directory = directory;
    }

    /** Creates a new directory inside the parent, which is created too when absent. */
    public static Workspace createIn(Path parent) {
        try {
            Workspace workspace =
                    new Workspace(Files.createTempDirectory(Files.createDirectories(parent), "kernel-bench-"));
            AtExit.register(workspace.atExit);
            return workspace;
        } catch (IOException failure) {
            throw new BenchmarkFailure(
                    "cannot create a directory in " + parent + " (" + failure + "); give another with --data-dir",
                    failure);
        }
    }

    /** Returns where it is. */
    public Path directory() {
        return directory;
    }

    /** Returns the path of a file or directory in this workspace, which need not exist. */
    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /** Returns the kind of file system, such as {@code ext4}; on {@code tmpfs} a durable write costs nothing. */
    public String fileSystem() {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException failure) {
            return "unknown file system";
        }
    }

    /** Returns the median time of appending 4 KiB to a file here and forcing it to the disk. */
    public Duration forcedWrite() {
        Path file = directory.resolve("forced-write-probe");
        long[] nanos = new long[PROBE_WRITES];
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(PROBE_BYTES);
            for (int i = 0; i < PROBE_WRITES; i++) {
                long before = System.nanoTime();
                channel.write(block.clear());
                channel.force(false);
                nanos[i] = System.nanoTime() - before;
            }
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot write to " + file + ": " + failure, failure);
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[PROBE_WRITES / 2]);
    }

    /** Leaves everything where it is when this is closed, as somebody has to look at it. */
    public void keep() {
        kept = true;
        AtExit.unregister(atExit);
    }

    @Override
    public void close() {
        if (kept) {
            return;
        }
        delete();
        AtExit.unregister(atExit);
    }

    private void delete() {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> contents;
        try (Stream<Path> walk = Files.walk(directory)) {
            contents = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : contents) {
                Files.deleteIfExists(path);
            }
        } catch (IOException failure) {
            System.err.println("could not delete " + directory + ": " + failure);
        }
    }
}
