package dev.agentkernel.bench.jmh;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.StateStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The two reads that agents ask for most, at the storage: without the record of the read, authentication or HTTP. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx256m", "-Djmh.executor=VIRTUAL"})
public class StorageReadBenchmark {

    private static final int STATE_KEYS = 1_000;
    private static final ByteString VALUE = ByteString.wrap("a".repeat(100).getBytes(StandardCharsets.US_ASCII));

    private final TemporaryKernel running = TemporaryKernel.start();
    private final StateStore state = running.storage().state();
    private final MessageStore messages = running.storage().messages();
    private final List<AgentCaller> agents = running.agents();

    /** Fills the keys that are read. */
    public StorageReadBenchmark() {
        for (int key = 0; key < STATE_KEYS; key++) {
            running.kernel().state().write(agents.getFirst(), "benchmark/" + key, VALUE, Precondition.NONE);
        }
    }

    /** Reads one of 1,000 keys with values of 100 bytes. */
    @Benchmark
    public Optional<StateEntry> stateRead() {
        return state.get("benchmark/" + ThreadLocalRandom.current().nextInt(STATE_KEYS));
    }

    /** Asks whether an agent has mail, which it never has. */
    @Benchmark
    public boolean emptyPoll() {
        return messages.hasWaiting(
                agents.get(ThreadLocalRandom.current().nextInt(agents.size())).address());
    }

    /** Stops the kernel and deletes its files. */
    @TearDown
    public void stop() {
        running.close();
    }
}
