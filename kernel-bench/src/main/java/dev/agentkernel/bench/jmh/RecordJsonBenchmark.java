package dev.agentkernel.bench.jmh;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.storage.records.RecordReader;
import dev.agentkernel.storage.records.RecordWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Records as lines of JSON and back, in records: a message of 100 bytes and a state write of as many by turns. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class RecordJsonBenchmark {

    private static final int RECORDS = 30;
    private static final ByteString CONTENT = ByteString.wrap("a".repeat(100).getBytes(StandardCharsets.US_ASCII));

    private final List<StampedRecord> records = LongStream.range(1, 1 + RECORDS)
            .mapToObj(RecordJsonBenchmark::record)
            .toList();
    private final List<byte[]> lines = records.stream()
            .map(record -> {
                ByteArrayOutputStream line = new ByteArrayOutputStream();
                RecordWriter.writeLines(List.of(record), line);
                return line.toByteArray();
            })
            .toList();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);

    private static StampedRecord record(long seq) {
        String agent = "tab_0123456789abcdef0123";
        LogRecord record = seq % 2 == 0
                ? new LogRecord.MessageSent(new UUID(seq, seq), agent, agent, CONTENT, Route.PULL, null)
                : new LogRecord.StateWritten("benchmark/" + seq, CONTENT, agent, CONTENT.size());
        return new StampedRecord(seq, Instant.ofEpochSecond(1_800_000_000L, 123_456_000), record);
    }

    /** Writes 30 records as a batch does; one operation is one record. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int encode() {
        out.reset();
        RecordWriter.writeLines(records, out);
        return out.size();
    }

    /** Reads 30 records as a replay does; one operation is one record. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long decode() {
        long seqs = 0;
        for (byte[] line : lines) {
            seqs += RecordReader.read(line, 0, line.length).seq();
        }
        return seqs;
    }
}
