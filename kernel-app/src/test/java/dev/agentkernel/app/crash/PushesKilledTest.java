package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.crash.PushReceiver.Manner;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process that pushes is killed or told to end while messages wait, are on their way, and rest before another attempt. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PushesKilledTest {

    private static final int KILLS = 2;
    private static final int MESSAGES_PER_ROUND = 20;

    /** More than a round can take on a busy machine: nothing may be handed over. */
    private static final int RETRIES = 200;

    /** Each agent's webhook, which is told apart by its path. */
    private static final String TAKING = "/taking";

    private static final String REFUSING = "/refusing";
    private static final String WAITING = "/waiting";
    private static final List<String> PATHS = List.of(TAKING, REFUSING, WAITING);

    @TempDir
    private Path directory;

    private PushReceiver receiver;
    private List<Agent> agents = List.of();

    @BeforeEach
    void listen() throws IOException {
        receiver = new PushReceiver();
    }

    @AfterEach
    void stopListening() {
        receiver.close();
    }

    private KernelProcess start() {
        return KernelProcess.start(
                directory.resolve("data"),
                directory,
                Map.of(
                        "kernel.webhook.allow-http", "true",
                        "kernel.webhook.allow-private-addresses", "true",
                        "kernel.webhook.exchange-timeout", "30s",
                        "kernel.webhook.retries", String.join(",", Collections.nCopies(RETRIES, "1s")),
                        "kernel.webhook.circuit-failures", "1000",
                        "kernel.limits.webhook-per-minute", "1000000"));
    }

    private void register(KernelProcess kernel) throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            agents = Agent.register(connection, PATHS.size());
            for (int i = 0; i < agents.size(); i++) {
                connection
                        .put(
                                "/v1/agents/me/webhook",
                                agents.get(i).token(),
                                Map.of("webhook_url", receiver.url(PATHS.get(i))))
                        .expect(200);
            }
        }
    }

    private void sendToEach(KernelProcess kernel, int from, int to) throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            for (int number = from; number < to; number++) {
                for (Agent agent : agents) {
                    agents.getFirst()
                            .send(connection, agent, Integer.toString(number))
                            .expect(202);
                }
            }
        }
    }

    @Test
    void everythingShouldArriveInOrderInWhateverStateTheProcessIsKilled() throws IOException {
        receiver.behave(REFUSING, Manner.REFUSES);
        receiver.behave(WAITING, Manner.KEEPS_WAITING);
        for (int round = 0; round < KILLS; round++) {
            // Before the start: what an earlier life had in hand is on its way again at once.
            List<Integer> before =
                    PATHS.stream().map(path -> receiver.contentsAt(path).size()).toList();
            try (KernelProcess kernel = start()) {
                if (round == 0) {
                    register(kernel);
                }
                sendToEach(kernel, round * MESSAGES_PER_ROUND, (round + 1) * MESSAGES_PER_ROUND);
                for (int i = 0; i < PATHS.size(); i++) {
                    receiver.awaitMoreThan(PATHS.get(i), before.get(i));
                }
                // One waits for its answer, one rests or is refused right now, and of the third some were taken.
                kernel.kill();
            }
            receiver.letGo();
        }
        PATHS.forEach(path -> receiver.behave(path, Manner.TAKES));
        int all = KILLS * MESSAGES_PER_ROUND;
        List<String> inOrder = numbersBelow(all);
        try (KernelProcess kernel = start();
                HttpConnection connection = new HttpConnection(kernel.address())) {
            await().atMost(KernelProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(delivered(connection)).isEqualTo(PATHS.size() * all));
            for (int i = 0; i < PATHS.size(); i++) {
                List<String> firstTimes =
                        receiver.contentsAt(PATHS.get(i)).stream().distinct().toList();
                assertThat(firstTimes).as(PATHS.get(i)).isEqualTo(inOrder);
                assertThat(agents.get(i).take(connection, 10).expect(200).json().required("messages"))
                        .isEmpty();
            }
        }
    }

    private static List<String> numbersBelow(int all) {
        List<String> numbers = new ArrayList<>();
        for (int number = 0; number < all; number++) {
            numbers.add(Integer.toString(number));
        }
        return numbers;
    }

    private static int delivered(HttpConnection connection) throws IOException {
        return connection
                .get("/observe/events?type=message_delivered&limit=1000", null)
                .expect(200)
                .json()
                .required("events")
                .size();
    }

    @Test
    void whatIsOnItsWayShouldBeWaitedForWhenTheProcessIsToldToEnd() throws IOException {
        receiver.behave(WAITING, Manner.KEEPS_WAITING);
        try (KernelProcess kernel = start()) {
            register(kernel);
            sendToEach(kernel, 0, 2);
            receiver.awaitMoreThan(WAITING, 0);
            kernel.terminate();
            receiver.behave(WAITING, Manner.TAKES);
            receiver.letGo();
            assertThat(kernel.awaitEnd()).isEqualTo(143);
            assertThat(kernel.errors()).isEmpty();
        }
        try (KernelProcess kernel = start();
                HttpConnection connection = new HttpConnection(kernel.address())) {
            await().atMost(KernelProcess.PATIENCE).until(() -> delivered(connection) == 2 * PATHS.size());
            for (String path : PATHS) {
                assertThat(receiver.contentsAt(path)).as(path).containsExactly("0", "1");
            }
        }
    }
}
