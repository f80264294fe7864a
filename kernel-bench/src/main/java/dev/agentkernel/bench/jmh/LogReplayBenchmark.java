package dev.agentkernel.bench.jmh;

import dev.agentkernel.storage.embedded.log.BatchVisitor;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.embedded.log.Position;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading the log as a start does: every batch verified, every line handed out, in lines per second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class LogReplayBenchmark {

    private static final int LINES_PER_BATCH = 30;
    private static final int BATCHES = 2_000;

    private final TemporaryLog log = TemporaryLog.open();

    private static final class Counted implements BatchVisitor {
        private long bytes;

        @Override
        public void line(LogLine line) {
            bytes += line.length();
        }

        @Override
        public boolean endBatch(Position end) {
            return true;
        }
    }

    /** Fills the log with some 24 MB. */
    public LogReplayBenchmark() {
        NumberedLines lines = new NumberedLines(LINES_PER_BATCH);
        for (int i = 0; i < BATCHES; i++) {
            log.append(lines);
        }
    }

    /** Replays the whole log; one operation is one line. */
    @Benchmark
    @OperationsPerInvocation(LINES_PER_BATCH * BATCHES)
    public long replay() throws IOException {
        Counted counted = new Counted();
        log.log().replay(Position.START, counted);
        return counted.bytes;
    }

    /** Closes the log and deletes its files. */
    @TearDown
    public void close() throws IOException {
        log.close();
    }
}
