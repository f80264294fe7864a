package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.WorkerClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The kernel is killed while thousands of workers are connected and have messages in their hands; all come back at once. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SocketsKilledTest {

    private static final int AGENTS = 2_000;

    /** Those that have mail; every other of them acknowledges it. */
    private static final int WITH_MAIL = 200;

    private static final int AT_ONCE = 16;

    @TempDir
    private Path directory;

    @Test
    void everyWorkerShouldComeBackAtOnceAndGetWhatItHadInHand() throws Exception {
        List<Agent> agents;
        List<WorkerClient> workers = new ArrayList<>();
        try (KernelProcess kernel = start()) {
            agents = register(kernel);
            workers.addAll(connectAll(kernel, agents));
            try (HttpConnection connection = new HttpConnection(kernel.address())) {
                for (int i = 0; i < WITH_MAIL; i++) {
                    agents.getLast().send(connection, agents.get(i), "for " + i).expect(202);
                }
            }
            for (int i = 0; i < WITH_MAIL; i++) {
                JsonNode message = workers.get(i).nextMessage();
                assertThat(message.path("content").asString()).isEqualTo("for " + i);
                if (i % 2 == 0) {
                    workers.get(i).ack(message);
                    assertThat(workers.get(i).next("acked").path("message_ids")).hasSize(1);
                }
            }
            kernel.kill();
        }
        workers.forEach(WorkerClient::close);

        try (KernelProcess kernel = start()) {
            List<WorkerClient> again = connectAll(kernel, agents);
            for (int i = 1; i < WITH_MAIL; i += 2) {
                JsonNode message = again.get(i).nextMessage();
                assertThat(message.path("content").asString()).isEqualTo("for " + i);
                assertThat(message.path("attempt").asInt()).isEqualTo(2);
                again.get(i).ack(message);
                assertThat(again.get(i).next("acked").path("message_ids")).hasSize(1);
            }
            try (HttpConnection connection = new HttpConnection(kernel.address())) {
                for (int i = 0; i < WITH_MAIL; i++) {
                    assertThat(agents.get(i)
                                    .take(connection, 10)
                                    .expect(200)
                                    .json()
                                    .required("messages"))
                            .isEmpty();
                }
            }
            assertThat(again).allMatch(worker -> worker.waiting() == 0);
            kernel.terminate();
            for (WorkerClient worker : again) {
                assertThat(worker.closeCode()).isEqualTo(1001);
            }
            assertThat(kernel.awaitEnd()).isEqualTo(143);
            assertThat(kernel.errors()).isEmpty();
        }
    }

    private KernelProcess start() {
        return KernelProcess.start(directory.resolve("data"), directory, Map.of());
    }

    private static List<Agent> register(KernelProcess kernel) throws Exception {
        Queue<Agent> agents = new ConcurrentLinkedQueue<>();
        inParallel(AT_ONCE, number -> {
            try (HttpConnection connection = new HttpConnection(kernel.address())) {
                agents.addAll(Agent.register(connection, AGENTS / AT_ONCE));
            }
        });
        return List.copyOf(agents);
    }

    /** Everybody at the same moment. */
    private static List<WorkerClient> connectAll(KernelProcess kernel, List<Agent> agents) throws Exception {
        String authority = "127.0.0.1:" + kernel.address().getPort();
        WorkerClient[] workers = new WorkerClient[agents.size()];
        inParallel(
                agents.size(),
                number -> workers[number] =
                        WorkerClient.connect(authority, agents.get(number).token(), "w"));
        return List.of(workers);
    }

    private interface Deed {
        void of(int number) throws Exception;
    }

    private static void inParallel(int count, Deed deed) throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, count)
                .mapToObj(number -> Thread.ofVirtual().start(() -> {
                    try {
                        deed.of(number);
                    } catch (Exception | AssertionError failed) {
                        failures.add(failed);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
