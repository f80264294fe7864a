package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process at a time works on a data directory, however the last one ended. */
class DirectoryLockTest {

    private static final String OWN_PID = Long.toString(ProcessHandle.current().pid());

    @TempDir
    private Path directory;

    /** A process that takes the lock of a directory, says so, and holds it until it is killed or its input ends. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (DirectoryLock lock = DirectoryLock.take(Path.of(arguments[0]))) {
                System.out.println("held");
                System.in.read();
            } catch (DirectoryInUseException inUse) {
                System.out.println(inUse.getMessage());
            }
        }
    }

    private static Process startHolder(Path directory) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String firstLineOf(Process process) throws IOException {
        BufferedReader lines = process.inputReader();
        String line = lines.readLine();
        while (line != null && !line.equals("held") && !line.startsWith("The data directory")) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    /** Proves that the lock can be taken; also for other tests that expect a refusal to leave nothing behind. */
    static void requireFree(Path directory) throws IOException {
        DirectoryLock.take(directory).close();
    }

    @Test
    void aSecondKernelInTheSameProcessShouldBeRefusedByName() throws IOException {
        SettableClock clock = new SettableClock();
        try (TestKernel holder = TestKernel.open(directory, clock)) {
            assertThatExceptionOfType(DirectoryInUseException.class)
                    .isThrownBy(() -> TestKernel.open(directory, clock))
                    .withMessageContaining(directory.toString())
                    .withMessageContaining("process " + OWN_PID)
                    .withMessageContaining("kernel.data-dir");
            holder.registerOperator();
        }
        TestKernel.open(directory, clock).close();
    }

    /** POSIX drops a process's locks with the first channel that it closes on the file. */
    @Test
    void aRefusedSecondKernelShouldNotLetAnotherProcessIn() throws IOException, InterruptedException {
        try (DirectoryLock held = DirectoryLock.take(directory)) {
            Path sameByAnotherName = Files.createSymbolicLink(directory.resolve("link"), directory);
            for (Path name : List.of(directory, sameByAnotherName)) {
                assertThatExceptionOfType(DirectoryInUseException.class).isThrownBy(() -> DirectoryLock.take(name));
            }

            Process other = startHolder(directory);
            try {
                assertThat(firstLineOf(other)).contains("is in use").contains("process " + OWN_PID);
            } finally {
                end(other);
            }
        }
    }

    @Test
    void aKilledHolderShouldLeaveTheDirectoryFree() throws IOException, InterruptedException {
        Process holder = startHolder(directory);
        try {
            assertThat(firstLineOf(holder)).isEqualTo("held");
            assertThatExceptionOfType(DirectoryInUseException.class)
                    .isThrownBy(() -> DirectoryLock.take(directory))
                    .withMessageContaining("process " + holder.pid() + ")");
        } finally {
            end(holder);
        }
        requireFree(directory);
    }

    @Test
    void aShorterProcessIdShouldReplaceALongerOneWhole() throws IOException {
        Files.writeString(directory.resolve("kernel.lock"), "12345678901234567");
        try (DirectoryLock held = DirectoryLock.take(directory)) {
            assertThat(directory.resolve("kernel.lock")).content().isEqualTo(OWN_PID);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
