package dev.agentkernel.app.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own in memory, and a ballast file that takes up its space. Mounting it needs the rights of root. */
final class SmallDisk implements AutoCloseable {

    private static final int CHUNK_BYTES = 4096;

    private final Path directory;
    private final Thread atExit = new Thread(this::unmount);

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount(Path directory, int mebibytes) {
        run(List.of("mount", "-t", "tmpfs", "-o", "mode=700,size=" + mebibytes + "m", "tmpfs", directory.toString()));
        SmallDisk disk = new SmallDisk(directory);
        Runtime.getRuntime().addShutdownHook(disk.atExit);
        return disk;
    }

    Path directory() {
        return directory;
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** Takes up space until no more than this is left. */
    void fillUpTo(long bytesLeft) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (usableBytes() > bytesLeft) {
                ballast.write(chunk);
            }
        }
    }

    /** Takes up all that is left, to the last byte; more than once, as others give space back. */
    void fill() throws IOException {
        byte[] chunk = new byte[64 * CHUNK_BYTES];
        for (int size = chunk.length; size > 0; size /= 4) {
            try (OutputStream ballast =
                    Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    ballast.write(chunk, 0, size);
                }
            } catch (IOException full) {
                // What was wanted.
            }
        }
    }

    void free() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    @Override
    public void close() {
        unmount();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void unmount() {
        run(List.of("umount", "-l", directory.toString()));
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + said.strip()
                        + "; mounting needs root, and KERNEL_TEST_NO_MOUNT=1 leaves these tests out");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + " was interrupted", stop);
        }
    }
}
