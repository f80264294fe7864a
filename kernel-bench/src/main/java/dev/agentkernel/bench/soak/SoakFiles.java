package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes what a soak leaves behind. */
final class SoakFiles {

    private SoakFiles() {}

    static void samples(Path file, List<Sample> samples) {
        text(file, samples.stream().map(Sample::csv).collect(Collectors.joining("\n", Sample.HEADINGS + "\n", "\n")));
    }

    static void text(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot write " + file + ": " + failure, failure);
        }
    }
}
