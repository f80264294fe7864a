package dev.agentkernel.bench.jmh;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.StateChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Durable changes through the whole core over the embedded storage, each caller with one change outstanding. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx256m", "-Djmh.executor=VIRTUAL"})
public class WritePathBenchmark {

    private static final int STATE_KEYS = 5_000;
    private static final ByteString CONTENT = ByteString.wrap("a".repeat(100).getBytes(StandardCharsets.US_ASCII));

    private final TemporaryKernel running = TemporaryKernel.start();
    private final AtomicInteger callers = new AtomicInteger();

    /** What each thread has to itself: an agent to act as, and the choice of recipients and keys. */
    @State(Scope.Thread)
    public static class Caller {

        private final SplittableRandom random = new SplittableRandom();
        private int number;

        /** Takes the next number. */
        @Setup
        public void takeNumber(WritePathBenchmark shared) {
            number = shared.callers.getAndIncrement();
        }

        private AgentCaller oneOf(List<AgentCaller> agents) {
            return agents.get(number % agents.size());
        }

        private AgentCaller anyOf(List<AgentCaller> agents) {
            return agents.get(random.nextInt(agents.size()));
        }
    }

    /** Sends 100 bytes to any of the agents. */
    @Benchmark
    public SentMessage send(Caller caller) {
        List<AgentCaller> agents = running.agents();
        return running.kernel()
                .messages()
                .send(
                        caller.oneOf(agents),
                        new OutgoingMessage(caller.anyOf(agents).address(), CONTENT, null));
    }

    /** Writes 100 bytes to one of 5,000 keys. */
    @Benchmark
    public StateChange stateWrite(Caller caller) {
        String key = "benchmark/" + caller.random.nextInt(STATE_KEYS);
        return running.kernel().state().write(caller.oneOf(running.agents()), key, CONTENT, Precondition.NONE);
    }

    /** Sends a message to oneself, takes it and confirms it: three changes, one after the other. */
    @Benchmark
    public TakenMessages sendTakeConfirm(Caller caller) {
        MessageQueues messages = running.kernel().messages();
        AgentCaller agent = caller.oneOf(running.agents());
        messages.send(agent, new OutgoingMessage(agent.address(), CONTENT, null));
        TakenMessages taken = messages.take(agent, 1);
        messages.confirm(taken);
        return taken;
    }

    /** Stops the kernel and deletes its files. */
    @TearDown
    public void stop() {
        running.close();
    }
}
