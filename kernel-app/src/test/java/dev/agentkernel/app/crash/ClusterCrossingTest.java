package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is done at one replica and seen at another, while a third stands still: the last test ends its pause. Of the first two only the
 * second pushes to webhooks.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterCrossingTest {

    private static final Map<String, String> TO_THIS_MACHINE =
            Map.of("kernel.webhook.allow-http", "true", "kernel.webhook.allow-private-addresses", "true");

    @TempDir
    private static Path directory;

    private static SharedDatabase database;
    private static KernelProcess a;
    private static ClusterPause pause;
    private static KernelProcess b;

    @BeforeAll
    @Timeout(500)
    static void start() throws Exception {
        database = new SharedDatabase(directory);
        a = replica("a", Map.of("kernel.webhook.deliver", "false"));
        pause = new ClusterPause(a, replica("paused", Map.of()), "paused", database);
        b = replica("b", Map.of());
    }

    private static KernelProcess replica(String name, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(TO_THIS_MACHINE);
        properties.putAll(more);
        return database.replica(name, directory, properties);
    }

    @AfterAll
    static void stop() throws IOException {
        a.close();
        pause.close();
        b.close();
        database.close();
    }

    @Test
    void whoWaitsAtTheOtherShouldGetWhatIsSentAtOne() throws Exception {
        try (HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atB = new HttpConnection(b.address())) {
            List<Agent> agents = Agent.register(atA, 3);
            CompletableFuture<Reply> polled =
                    CompletableFuture.supplyAsync(() -> longPoll(atB, agents.get(1)), Thread::startVirtualThread);
            try (AgentWorker worker = AgentWorker.connect(b.address(), agents.get(2), "w")) {
                agents.get(0).send(atA, agents.get(2), "to the socket").expect(202);
                JsonNode message = worker.nextMessage();
                assertThat(message.required("content").asString()).isEqualTo("to the socket");
                worker.acknowledge(message);
                assertThat(worker.next().required("type").asString()).isEqualTo("acked");
            }
            agents.get(0).send(atA, agents.get(1), "to the long-poll").expect(202);
            JsonNode messages =
                    polled.get(60, TimeUnit.SECONDS).expect(200).json().required("messages");
            assertThat(messages).hasSize(1);
        }
    }

    private static Reply longPoll(HttpConnection connection, Agent agent) {
        try {
            return connection.get("/v1/messages?wait=60", agent.token());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aMessageShouldReachTheWebhookByTheReplicaThatPushes() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        HttpServer receiver = receiver(received, new CountDownLatch(0));
        try (HttpConnection atA = new HttpConnection(a.address())) {
            List<Agent> agents = Agent.register(atA, 2);
            pushTo(receiver, atA, agents.get(1));
            agents.get(0).send(atA, agents.get(1), "to the webhook").expect(202);
            assertThat(received.poll(60, TimeUnit.SECONDS)).contains("to the webhook");
        } finally {
            receiver.stop(0);
        }
    }

    private static void pushTo(HttpServer receiver, HttpConnection connection, Agent agent) throws IOException {
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
        connection
                .put("/v1/agents/me/webhook", agent.token(), Map.of("webhook_url", url))
                .expect(200);
    }

    /** Answers when it may. */
    private static HttpServer receiver(BlockingQueue<String> received, CountDownLatch mayAnswer) throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", exchange -> {
            try (exchange) {
                received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                mayAnswer.await();
                exchange.sendResponseHeaders(204, -1);
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        });
        receiver.start();
        return receiver;
    }

    @Test
    void liveStreamsAtOneShouldShowWhatIsCommittedAtTheOtherInOrderAndWithoutGap() throws Exception {
        int perReplica = 150;
        try (HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atB = new HttpConnection(b.address());
                AgentWorker stream = AgentWorker.watch(a.address(), "/observe/events/stream");
                AgentWorker dashboard = AgentWorker.watch(a.address(), "/ws/dashboard")) {
            List<Agent> agents = Agent.register(atA, 2);
            dashboard.say("{\"type\":\"subscribe\",\"since\":\"0\",\"agent\":\""
                    + agents.get(1).address() + "\",\"types\":[\"state_written\"]}");
            Thread other = Thread.ofVirtual().start(() -> write(atA, agents.get(0), perReplica));
            write(atB, agents.get(1), perReplica);
            other.join();

            List<Long> seqs = new ArrayList<>();
            Set<String> written = new HashSet<>();
            while (written.size() < 2 * perReplica) {
                JsonNode event = stream.next();
                seqs.add(event.required("seq").asLong());
                if (event.required("type").asString().equals("state_written")) {
                    JsonNode data = event.required("data");
                    written.add(data.required("written_by").asString() + data.required("value"));
                }
            }
            long first = seqs.getFirst();
            assertThat(seqs)
                    .isEqualTo(
                            LongStream.range(first, first + seqs.size()).boxed().toList());
            Set<Long> shown = new HashSet<>();
            while (shown.size() < perReplica) {
                dashboard
                        .next()
                        .path("events")
                        .forEach(event -> shown.add(event.required("seq").asLong()));
            }
        }
    }

    private static void write(HttpConnection connection, Agent agent, int times) {
        try {
            for (int i = 0; i < times; i++) {
                agent.write(connection, "crossing", "value " + i).expect(200);
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aReplacedTokenShouldEndAtAReplicaThatHearsOfNothing() throws Exception {
        // It neither listens nor looks by itself while the test lasts, but for credentials that ended.
        Map<String, String> deaf =
                Map.of("kernel.cluster.registry-backend", "postgres_poll", "kernel.cluster.poll-interval", "1m");
        try (KernelProcess c = replica("c", deaf);
                HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atC = new HttpConnection(c.address())) {
            Agent agent = Agent.register(atA, 1).getFirst();
            try (AgentWorker worker = AgentWorker.connect(c.address(), agent, "w")) {
                agent.read(atC, "nothing").expect(404);
                String token = atA.post("/v1/agents/me/token", agent.token(), Map.of())
                        .expect(200)
                        .text("agent_token");
                long replaced = System.nanoTime();
                agent.write(atC, "key", "too late").expect(401);
                await().pollInterval(Duration.ofMillis(20))
                        .atMost(KernelProcess.PATIENCE)
                        .until(() -> agent.read(atC, "nothing").status() == 401);
                System.out.println("A replica that hears of nothing answered with the old token for "
                        + (System.nanoTime() - replaced) / 1_000_000 + " ms.");
                assertThat(worker.closeCode()).isEqualTo(4403);
                new Agent(agent.address(), token).read(atC, "nothing").expect(404);
            }
        }
    }

    @Test
    void whatAKilledReplicaHadInItsHandsShouldGoOnElsewhere() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        CountDownLatch mayAnswer = new CountDownLatch(1);
        HttpServer receiver = receiver(received, mayAnswer);
        try (HttpConnection atA = new HttpConnection(a.address())) {
            List<Agent> agents = Agent.register(atA, 4);
            Agent sender = agents.get(0);
            Agent twice = agents.get(1);
            Agent once = agents.get(2);
            Agent pushed = agents.get(3);
            pushTo(receiver, atA, pushed);
            AgentWorker doomed = AgentWorker.connect(b.address(), twice, "at-b");
            AgentWorker alone = AgentWorker.connect(b.address(), once, "at-b");
            awaitPresence(twice, "b");
            awaitPresence(once, "b");
            for (int i = 0; i < 20; i++) {
                sender.send(atA, twice, "socket " + i).expect(202);
                sender.send(atA, pushed, "push " + i).expect(202);
            }
            Set<String> seenByDoomed = new HashSet<>();
            while (seenByDoomed.size() < 20) {
                seenByDoomed.add(doomed.nextMessage().required("content").asString());
            }
            assertThat(received.poll(60, TimeUnit.SECONDS)).contains("push 0");

            b.kill();
            long killed = System.nanoTime();
            try (AgentWorker heir = AgentWorker.connect(a.address(), twice, "at-a")) {
                await().pollInterval(Duration.ofMillis(250))
                        .atMost(KernelProcess.PATIENCE)
                        .until(() -> presenceOf(once).isEmpty());
                System.out.println("The presence of a killed replica was gone after "
                        + (System.nanoTime() - killed) / 1_000_000 + " ms.");
                assertThat(presenceOf(twice)).isEqualTo("a");
                List<String> inherited = new ArrayList<>();
                while (inherited.size() < 20) {
                    JsonNode message = heir.nextMessage();
                    inherited.add(message.required("content").asString());
                    heir.acknowledge(message);
                }
                System.out.println("What was in the hands of a killed replica's worker was with another after "
                        + (System.nanoTime() - killed) / 1_000_000 + " ms.");
                assertThat(inherited)
                        .containsExactlyElementsOf(IntStream.range(0, 20)
                                .mapToObj(i -> "socket " + i)
                                .toList());
            }
            doomed.close();
            alone.close();
            mayAnswer.countDown();
            b = replica("b", Map.of());
            Set<String> pushes = new HashSet<>();
            while (pushes.size() < 20) {
                String body = received.poll(60, TimeUnit.SECONDS);
                assertThat(body).as("a push after " + pushes.size()).isNotNull();
                pushes.add(
                        JsonMapper.shared().readTree(body).required("content").asString());
            }
        } finally {
            mayAnswer.countDown();
            receiver.stop(0);
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aReplicaThatWasPausedForAMinuteShouldActOnNothingThatItLost() throws Exception {
        pause.endAndVerify();
    }

    private static void awaitPresence(Agent agent, String replica) {
        await().pollInterval(Duration.ofMillis(250))
                .atMost(KernelProcess.PATIENCE)
                .until(() -> presenceOf(agent).equals(replica));
    }

    /** The replicas where an agent is connected, as the first tells. */
    private static String presenceOf(Agent agent) throws IOException {
        try (HttpConnection atA = new HttpConnection(a.address())) {
            Set<String> replicas = new HashSet<>();
            atA.get("/observe/cluster", null)
                    .expect(200)
                    .json()
                    .required("presence")
                    .forEach(worker -> {
                        if (worker.required("address").asString().equals(agent.address())) {
                            replicas.add(worker.required("replica").asString());
                        }
                    });
            return String.join(" ", replicas.stream().sorted().toList());
        }
    }
}
