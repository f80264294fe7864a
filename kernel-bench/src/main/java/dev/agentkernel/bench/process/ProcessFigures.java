package dev.agentkernel.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what the operating system says of a running process: processor time, and on Linux resident
 * memory, threads and open files.
 *
 * @param pid the process
 */
public record ProcessFigures(long pid) {
    private static final int BYTES_PER_KIBIBYTE = 1024;

    /** Returns the processor time of all threads since the process started, in steps of about 10 ms. */
    public Optional<Duration> cpu() {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    }

    /** Returns the resident memory in bytes now, empty where {@code /proc} does not tell it. */
    public OptionalLong residentBytes() {
        return statusBytes("VmRSS:");
    }

    /** Returns the largest resident memory in bytes so far, empty where {@code /proc} does not tell it. */
    public OptionalLong peakResidentBytes() {
        return statusBytes("VmHWM:");
    }

    /** Returns how many threads there are, empty where {@code /proc} does not tell it. */
    public OptionalLong threads() {
        return status("Threads:");
    }

    /** Returns how many files and sockets are open, empty where {@code /proc} does not tell it. */
    public OptionalLong openFiles() {
        String[] handles = Path.of("/proc", Long.toString(pid), "fd").toFile().list();
        return handles == null ? OptionalLong.empty() : OptionalLong.of(handles.length);
    }

    private OptionalLong statusBytes(String field) {
        OptionalLong kibibytes = status(field);
        return kibibytes.isEmpty() ? kibibytes : OptionalLong.of(kibibytes.getAsLong() * BYTES_PER_KIBIBYTE);
    }

    private OptionalLong status(String field) {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        } catch (IOException notLinuxOrGone) {
            return OptionalLong.empty();
        }
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst();
    }
}
