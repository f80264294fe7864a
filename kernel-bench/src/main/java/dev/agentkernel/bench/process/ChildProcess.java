package dev.agentkernel.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that does not outlive this one when this one ends in an orderly way, Ctrl-C included.
 *
 * <p>Its standard error, and its standard output unless somebody reads it, go to a log file.
 */
final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final int LOG_LINES_SHOWN = 30;

    private final String name;
    private final Process process;
    private final Path log;
    private final Runnable atExit = this::end;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts the command; with {@code readOutput} its standard output is left to the caller of {@link #process()}. */
    static ChildProcess start(String name, List<String> command, Path log, boolean readOutput) {
        ProcessBuilder builder = new ProcessBuilder(command);
        ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
        builder.redirectError(toLog);
        if (!readOutput) {
            builder.redirectOutput(toLog);
        }
        try {
            ChildProcess child = new ChildProcess(name, builder.start(), log);
            AtExit.register(child.atExit);
            return child;
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot start the " + name + " with " + command + ": " + failure, failure);
        }
    }

    Process process() {
        return process;
    }

    /** Returns a failure that carries the last lines of the log. */
    BenchmarkFailure failure(String what) {
        return new BenchmarkFailure("the " + name + " " + what + "; the end of its log:\n" + logTail());
    }

    /** Ends the process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
        AtExit.unregister(atExit);
    }

    /** Asks the process to end, and kills it when it has not within 30 seconds. */
    @Override
    public void close() {
        end();
        AtExit.unregister(atExit);
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd() {
        try {
            process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException failure) {
            return "(no log: " + failure + ")";
        }
    }
}
