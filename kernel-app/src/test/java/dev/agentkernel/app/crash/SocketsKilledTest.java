package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.WorkerClient;
import dev.agentkernel.app.process.KernelProcess;
import java.nio.file.Path;
import java.util.HashMap;
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

    private static final int AGENTS = 40;
    private static final int WORKERS_EACH = 50;
    private static final int MESSAGES = 200;

    @TempDir
    private Path directory;

    @Test
    void everyWorkerShouldComeBackAtOnceAndGetWhatWasInHand() throws Exception {
        List<Agent> agents;
        try (KernelProcess kernel = start()) {
            List<WorkerClient> workers;
            try (HttpConnection connection = new HttpConnection(kernel.address())) {
                agents = Agent.register(connection, AGENTS);
                workers = connectAll(kernel, agents);
                for (int i = 0; i < MESSAGES; i++) {
                    agents.getFirst()
                            .send(connection, agents.get(i % AGENTS), Integer.toString(i))
                            .expect(202);
                }
            }
            Map<Integer, Handed> handed = collect(workers, MESSAGES);
            for (int i = 0; i < MESSAGES; i += 2) {
                handed.get(i).acknowledge();
            }
            kernel.kill();
            workers.forEach(WorkerClient::close);
        }

        try (KernelProcess kernel = start()) {
            List<WorkerClient> workers = connectAll(kernel, agents);
            Map<Integer, Handed> again = collect(workers, MESSAGES / 2);
            for (int i = 1; i < MESSAGES; i += 2) {
                assertThat(again).containsKey(i);
                assertThat(again.get(i).message().path("attempt").asInt()).isEqualTo(2);
                again.get(i).acknowledge();
            }
            try (HttpConnection connection = new HttpConnection(kernel.address())) {
                for (Agent agent : agents) {
                    assertThat(agent.take(connection, 10).expect(200).json().required("messages"))
                            .isEmpty();
                }
            }
            assertThat(workers).allMatch(worker -> worker.waiting() == 0);
            kernel.terminate();
            for (WorkerClient worker : workers) {
                assertThat(worker.closeCode()).isEqualTo(1001);
            }
            assertThat(kernel.awaitEnd()).isEqualTo(143);
            assertThat(kernel.errors()).isEmpty();
        }
    }

    private KernelProcess start() {
        return KernelProcess.start(directory.resolve("data"), directory, Map.of());
    }

    /** A message and the worker that has it in hand. */
    private record Handed(WorkerClient worker, JsonNode message) {

        void acknowledge() throws Exception {
            worker.ack(message);
            assertThat(worker.next("acked").path("message_ids")).hasSize(1);
        }
    }

    /** What the workers are handed, by content, until it is as much. */
    private static Map<Integer, Handed> collect(List<WorkerClient> workers, int count) {
        Map<Integer, Handed> handed = new HashMap<>();
        await().atMost(KernelProcess.PATIENCE).until(() -> {
            for (WorkerClient worker : workers) {
                while (worker.waiting() > 0) {
                    JsonNode message = worker.nextMessage();
                    Handed before = handed.put(
                            Integer.parseInt(message.path("content").asString()), new Handed(worker, message));
                    assertThat(before).as("a message that came twice").isNull();
                }
            }
            return handed.size() == count;
        });
        return handed;
    }

    /** Everybody at the same moment. */
    private static List<WorkerClient> connectAll(KernelProcess kernel, List<Agent> agents) throws Exception {
        String authority = "127.0.0.1:" + kernel.address().getPort();
        WorkerClient[] workers = new WorkerClient[AGENTS * WORKERS_EACH];
        inParallel(workers.length, number -> {
            Agent agent = agents.get(number % AGENTS);
            workers[number] = WorkerClient.connect(authority, agent.token(), "w" + number / AGENTS);
        });
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
