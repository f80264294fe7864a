package dev.agentkernel.bench.jmh;

import dev.agentkernel.storage.embedded.log.Position;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Batches of lines of about 400 bytes made durable, one after the other, each with one fsync. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SegmentLogBenchmark {

    /** How many lines a batch has. */
    @Param({"1", "30", "500"})
    public int linesPerBatch;

    private final TemporaryLog log = TemporaryLog.open();
    private NumberedLines lines = new NumberedLines(1);

    /** Makes the lines. */
    @Setup
    public void makeLines() {
        lines = new NumberedLines(linesPerBatch);
    }

    /** Appends one batch. */
    @Benchmark
    public Position append() {
        return log.append(lines);
    }

    /** Closes the log and deletes its files. */
    @TearDown
    public void close() throws IOException {
        log.close();
    }
}
