package dev.agentkernel.bench.jmh;

import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.Workspace;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.verification.Challenge;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.embedded.log.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A running kernel over the embedded storage in a directory of its own, with agents; gone with its files when closed. */
final class TemporaryKernel implements AutoCloseable {

    /** The system property that names the directory to make the data directories in. */
    static final String DIRECTORY_PROPERTY = "benchmark.data-dir";

    private static final int AGENTS = 256;
    private static final long RESERVE_BYTES = 1 << 20;
    private static final long QUEUE_MESSAGES_MAX = 100_000_000;
    private static final long QUEUE_BYTES_MAX = 1L << 40;

    private final Workspace workspace;
    private final EmbeddedStorage storage;
    private final Kernel kernel;
    private final List<AgentCaller> agents;

    private TemporaryKernel(Workspace workspace, EmbeddedStorage storage, Kernel kernel) {
        this.workspace = workspace;
        this.storage = storage;
        this.kernel = kernel;
        OperatorCaller operator = kernel.authenticator()
                .operator(kernel.registry().registerOperator("benchmark", null).apiKey());
        this.agents = IntStream.range(0, AGENTS)
                .mapToObj(number -> register(kernel, operator))
                .toList();
    }

    /** Starts a kernel in a fresh directory, with the defaults but for the limits that a benchmark would run into. */
    static TemporaryKernel start() {
        Workspace workspace = workspace();
        try {
            EmbeddedStorage storage = EmbeddedStorage.open(
                    new EmbeddedStorage.Settings(
                            workspace.resolve("data"), LogSettings.DEFAULT_SEGMENT_BYTES, RESERVE_BYTES),
                    InstantSource.system());
            Kernel kernel = new Kernel(storage, settings(), environmentOf(storage));
            kernel.start();
            return new TemporaryKernel(workspace, storage, kernel);
        } catch (IOException failure) {
            throw new BenchmarkFailure(
                    "cannot open a storage in " + workspace.directory() + " (" + failure + ")", failure);
        }
    }

    /** Makes a fresh directory where the benchmarks are to write, which decides about the cost of every forced write. */
    static Workspace workspace() {
        return Workspace.createIn(
                Path.of(System.getProperty(DIRECTORY_PROPERTY, System.getProperty("java.io.tmpdir"))));
    }

    private static Kernel.Settings settings() {
        Kernel.Settings shipped = Kernel.Settings.DEFAULT;
        return new Kernel.Settings(
                shipped.commit(),
                shipped.rateLimits(),
                shipped.registry(),
                new MessagingSettings(shipped.messaging().contentBytesMax(), QUEUE_MESSAGES_MAX, QUEUE_BYTES_MAX),
                shipped.state(),
                shipped.verification(),
                shipped.logReads(),
                shipped.replica());
    }

    private static Kernel.Environment environmentOf(EmbeddedStorage storage) {
        return new Kernel.Environment(
                new KernelSecret(storage.secrets().loadOrCreate("secret-key", KernelSecret::generate)),
                InstantSource.system(),
                new LocalWakeups(),
                url -> Optional.empty(),
                KernelListeners.NONE,
                TemporaryKernel::stop);
    }

    /** Nothing measured after a fatal failure means anything, and its threads would wait for ever. */
    private static void stop(Throwable fatal) {
        fatal.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private static AgentCaller register(Kernel kernel, OperatorCaller operator) {
        Challenge challenge = kernel.registry().issueChallenge();
        RegisteredAgent agent = kernel.registry().registerAgent(operator, challenge.id(), "benchmark", null);
        return kernel.authenticator().agent(agent.token());
    }

    Kernel kernel() {
        return kernel;
    }

    Storage storage() {
        return storage;
    }

    List<AgentCaller> agents() {
        return agents;
    }

    @Override
    public void close() {
        kernel.close();
        storage.close();
        workspace.close();
    }
}
