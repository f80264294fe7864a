package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * Measures whether the file of the tables stops growing: while large values are written over and over, and while messages come and
 * go. Arguments: a directory to be made, rounds of each kind.
 */
final class FileGrowth {

    private static final int WRITERS = 32;
    private static final int KEYS = 100;
    private static final int VALUE_BYTES = 512 * 1024;
    private static final int MESSAGES_PER_ROUND = 100_000;

    private final KernelProcess kernel;
    private final Path directory;
    private final List<AgentCaller> agents;

    private FileGrowth(KernelProcess kernel, Path directory) {
        this.kernel = kernel;
        this.directory = directory;
        this.agents = kernel.newAgents(WRITERS);
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        EmbeddedStorage storage = EmbeddedStorage.open(new Settings(directory, 100 << 20, 0), InstantSource.system());
        Limits limits = Limits.DEFAULT;
        try (KernelProcess kernel = new KernelProcess(storage, InstantSource.system(), "growth", limits)) {
            FileGrowth growth = new FileGrowth(kernel, directory);
            for (int round = 1; round <= rounds; round++) {
                growth.writeAllValues(round);
                growth.tell("round " + round + " of " + KEYS + " values of 512 KiB");
            }
            for (int round = 1; round <= rounds; round++) {
                growth.sendAndTake();
                growth.tell(
                        String.format(Locale.ROOT, "%,d messages came and went", (long) round * MESSAGES_PER_ROUND));
            }
        }
        System.out.printf(
                "after an orderly stop: %.1f MiB%n", Files.size(directory.resolve("kernel.mv.db")) / 1048576.0);
    }

    private void inParallel(IntConsumer work) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                var unused = threads.submit(() -> work.accept(number));
            }
        }
    }

    /** With bytes that cannot be packed. */
    private void writeAllValues(int round) {
        inParallel(writer -> {
            SplittableRandom random = new SplittableRandom(round * 1_000L + writer);
            for (int key = writer; key < KEYS; key += WRITERS) {
                byte[] value = new byte[VALUE_BYTES];
                for (int i = 0; i < value.length; i++) {
                    value[i] = (byte) (' ' + random.nextInt(94));
                }
                kernel.state().write(agents.get(writer), "key-" + key, ByteString.wrap(value), Precondition.NONE);
            }
        });
    }

    private void sendAndTake() {
        inParallel(writer -> {
            AgentCaller agent = agents.get(writer);
            int left = MESSAGES_PER_ROUND / WRITERS;
            while (left > 0) {
                int step = Math.min(left, 50);
                for (int i = 0; i < step; i++) {
                    kernel.send(agent, agent, "x".repeat(100));
                }
                kernel.receive(agent, step);
                left -= step;
            }
        });
    }

    private void tell(String what) throws IOException {
        System.out.printf(
                "%s: kernel.mv.db %.1f MiB%n", what, Files.size(directory.resolve("kernel.mv.db")) / 1048576.0);
    }
}
