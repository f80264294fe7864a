package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The kernel's database, which a command restarts. */
final class DatabaseServer {

    private final String restartCommand;
    private final Path output;

    /**
     * Creates it.
     *
     * @param restartCommand for the shell
     * @param output where the output of the command goes
     */
    DatabaseServer(String restartCommand, Path output) {
        this.restartCommand = restartCommand;
        this.output = output;
    }

    /** Stops it and starts it again, and returns how long that took. */
    Duration restart() {
        long startNanos = System.nanoTime();
        try {
            int status = new ProcessBuilder("sh", "-c", restartCommand)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new BenchmarkFailure("\"" + restartCommand + "\" ended with status " + status);
            }
            return Duration.ofNanos(System.nanoTime() - startNanos);
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot run \"" + restartCommand + "\": " + failure, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while the database started", stop);
        }
    }
}
