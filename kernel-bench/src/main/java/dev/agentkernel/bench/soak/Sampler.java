package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.memory.LiveHeap;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.process.ProcessFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Measures the kernel that runs, its disk and its database. */
final class Sampler {

    private static final double BYTES_PER_MEBIBYTE = 1024.0 * 1024.0;

    private final Path dataDirectory;
    private final Map<String, String> environment;
    private final Ledger ledger;

    /**
     * Creates a sampler.
     *
     * @param environment that of the kernel, which names its database if it has one
     */
    Sampler(Path dataDirectory, Map<String, String> environment, Ledger ledger) {
        this.dataDirectory = dataDirectory;
        this.environment = environment;
        this.ledger = ledger;
    }

    /** Measures now; the live heap only when asked for, as that makes the kernel collect. */
    Sample sample(KernelProcess kernel, double second, boolean withHeap) {
        ProcessFigures process = kernel.figures().orElseThrow();
        Optional<DatabaseFigures> database =
                DatabaseFigures.isKnown(environment) ? DatabaseFigures.read(environment) : Optional.empty();
        boolean embedded = !DatabaseFigures.isKnown(environment);
        return new Sample(
                second,
                mebibytes(process.residentBytes()),
                withHeap ? liveHeap(process.pid()) : Double.NaN,
                number(process.openFiles()),
                number(process.threads()),
                database.map(figures -> (double) figures.connections()).orElse(Double.NaN),
                embedded
                        ? sizeOf(this::isEvents) / BYTES_PER_MEBIBYTE
                        : database.map(figures -> figures.eventBytes() / BYTES_PER_MEBIBYTE)
                                .orElse(Double.NaN),
                embedded ? filesOf(this::isEvents).size() : Double.NaN,
                embedded
                        ? sizeOf(file -> !isEvents(file)) / BYTES_PER_MEBIBYTE
                        : database.map(figures -> figures.tableBytes() / BYTES_PER_MEBIBYTE)
                                .orElse(Double.NaN),
                ledger.open(),
                ledger.accepted(),
                ledger.acceptedKeys());
    }

    private static double liveHeap(long pid) {
        try {
            return LiveHeap.bytes(pid) / BYTES_PER_MEBIBYTE;
        } catch (BenchmarkFailure killedMeanwhile) {
            return Double.NaN;
        }
    }

    private static double mebibytes(OptionalLong bytes) {
        return number(bytes) / BYTES_PER_MEBIBYTE;
    }

    private static double number(OptionalLong figure) {
        return figure.isPresent() ? figure.getAsLong() : Double.NaN;
    }

    private boolean isEvents(Path file) {
        return file.startsWith(dataDirectory.resolve("events"));
    }

    private double sizeOf(Predicate<Path> which) {
        return filesOf(which).stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private List<Path> filesOf(Predicate<Path> which) {
        try (Stream<Path> files = Files.walk(dataDirectory)) {
            return files.filter(Files::isRegularFile).filter(which).toList();
        } catch (IOException | UncheckedIOException changedMeanwhile) {
            return List.of();
        }
    }
}
