package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A small file system in memory that can be filled to the last byte, as somebody else on the same disk would. */
final class SmallDisk implements AutoCloseable {

    private static final String OPT_OUT = "KERNEL_TEST_NO_MOUNT";

    private final Path directory;
    private final FileStore store;

    private SmallDisk(Path directory) throws IOException {
        this.directory = directory;
        this.store = Files.getFileStore(directory);
    }

    /** Whether whoever runs the tests has said that mounting is not possible here. */
    static boolean isOptedOut() {
        return "1".equals(System.getenv(OPT_OUT));
    }

    static SmallDisk mount(Path directory, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        String failure = run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString());
        assertThat(failure)
                .as(
                        "This test fills a real disk, for which it mounts a small tmpfs on %s. That needs root, or user and"
                                + " mount namespaces (for example 'unshare -rm mvn test'). Where neither is possible, set %s=1 to"
                                + " leave this test out.",
                        directory, OPT_OUT)
                .isEmpty();
        return new SmallDisk(directory);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "timed out";
        }
        return process.exitValue() == 0 ? "" : "exit " + process.exitValue() + ": " + output;
    }

    Path directory() {
        return directory;
    }

    long usableBytes() throws IOException {
        return store.getUsableSpace();
    }

    /** Writes a stranger's file that leaves this many bytes. */
    void fillBut(long leftBytes) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(64 << 10);
        try (FileChannel stranger = FileChannel.open(
                directory.resolve("stranger"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND)) {
            while (usableBytes() > leftBytes) {
                block.clear().limit(Math.clamp(usableBytes() - leftBytes, 1, block.capacity()));
                stranger.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    void free() throws IOException {
        Files.delete(directory.resolve("stranger"));
    }

    @Override
    public void close() throws IOException {
        try {
            assertThat(run("umount", "-l", directory.toString())).isEmpty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
