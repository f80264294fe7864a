package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.WorkerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Workers of one agent that die again and again while messages come: what a ledger of all that they saw must show. A message that was
 * in dead hands too often is a dead letter, which somebody puts back. Choices are the same again with {@code
 * -Dkernel.workers.seed=…}; how threads interleave is chance.
 */
abstract class WorkerCrashesSuite extends HttpSuite {

    private static final int WORKERS = 3;
    private static final int SENDERS = 3;
    private static final int MESSAGES_EACH = 60;

    private static final Duration AMPLE = Duration.ofSeconds(90);

    private final long seed = Long.getLong("kernel.workers.seed", new Random().nextLong());
    private final WorkerLedger ledger = new WorkerLedger();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicInteger crashes = new AtomicInteger();
    private long readUntil;
    private int delivered;

    @Test
    void everyMessageShouldBeProcessedAndNoneBeWithTwoWorkersThoughTheyCrash() throws Exception {
        System.out.println("kernel.workers.seed=" + seed);
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        List<Agent> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(operator.newAgent());
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            String workerId = "w" + i;
            Random random = new Random(seed + i);
            threads.add(Thread.ofVirtual().start(() -> work(agent, workerId, random)));
        }
        Set<String> sent = new HashSet<>();
        try {
            for (int number = 0; number < MESSAGES_EACH; number++) {
                for (int sender = 0; sender < SENDERS; sender++) {
                    String content = sender + ":" + number;
                    senders.get(sender).send(agent, content).expect(202);
                    sent.add(content);
                }
            }
            await().atMost(AMPLE)
                    .failFast(() -> assertThat(ledger.violations()).isEmpty())
                    .untilAsserted(() -> {
                        putBackDeadLetters(agent);
                        assertThat(delivered(agent)).isEqualTo(sent.size());
                    });
        } finally {
            stopping.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(ledger.violations()).isEmpty();
        assertThat(ledger.received()).isEqualTo(sent);
        assertThat(delivered(agent)).as("each once").isEqualTo(sent.size());
        assertThat(crashes).hasPositiveValue();
        assertThat(ledger.redelivered()).as("what was in dead hands").isPositive();
        putBackDeadLetters(agent);
        assertThat(agent.takeContents()).isEmpty();
    }

    private void putBackDeadLetters(Agent agent) {
        JsonNode dead = agent.client().get("/v1/messages/dead").expect(200).json();
        for (String messageId : Agent.texts(dead.path("messages"), "message_id")) {
            ledger.putBack(messageId);
            agent.client().post("/v1/messages/dead/" + messageId + "/requeue").expect(204);
        }
    }

    /** How often the log says that a message of the agent was delivered; reads on where it stopped before. */
    private int delivered(Agent agent) {
        JsonNode page;
        do {
            page = kernel().anyone()
                    .get("/observe/events?type=message_delivered&limit=1000&agent=" + agent.address() + "&since="
                            + readUntil)
                    .expect(200)
                    .json();
            delivered += page.path("events").size();
            readUntil = page.path("next_cursor").asLong();
        } while (page.path("has_more").asBoolean());
        return delivered;
    }

    private void work(Agent agent, String workerId, Random random) {
        try {
            while (!stopping.get()) {
                try (WorkerClient worker = kernel().connect(agent, workerId)) {
                    worker.credit(1 + random.nextInt(8));
                    workUntilItDies(worker, workerId, random);
                }
            }
        } catch (Exception | AssertionError wrong) {
            ledger.violation(workerId + " failed: " + wrong);
        }
    }

    /** It dies with messages in its hands, before or after it said that it is done with one. */
    private void workUntilItDies(WorkerClient worker, String workerId, Random random) throws Exception {
        while (!stopping.get()) {
            Optional<JsonNode> frame = worker.poll(Duration.ofMillis(50));
            if (frame.isEmpty()) {
                if (worker.isOver()) {
                    throw new AssertionError("the kernel closed the socket with " + worker.closeCode());
                }
                continue;
            }
            String type = frame.get().path("type").asString();
            if (!type.equals("message")) {
                assertThat(type).as(frame.get().toString()).isEqualTo("acked");
                continue;
            }
            JsonNode message = frame.get().path("message");
            ledger.received(workerId, message);
            boolean acknowledges = random.nextInt(8) > 0;
            boolean dies = !acknowledges || random.nextInt(20) == 0;
            if (acknowledges) {
                ledger.letGo(workerId, message);
                worker.ack(message);
            }
            if (dies) {
                ledger.dies(workerId);
                crashes.incrementAndGet();
                worker.abort();
                return;
            }
        }
        ledger.dies(workerId);
    }
}
