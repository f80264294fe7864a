package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two replicas on one database, and what may happen to either, to the way between them and to the database. The clock of the first
 * is wrong throughout, and its way to the database can be cut. The tests share the processes.
 */
@Timeout(300)
class ClusterFaultsTest {

    @TempDir
    private static Path directory;

    private static SharedDatabase database;
    private static TcpProxy wayOfA;
    private static KernelProcess a;
    private static KernelProcess b;

    @BeforeAll
    @Timeout(500)
    static void start() throws IOException {
        database = new SharedDatabase(directory);
        wayOfA = new TcpProxy(database.port());
        a = startA();
        b = database.replica("b", directory);
    }

    private static KernelProcess startA() {
        return database.skewedReplica("a", directory, wayOfA.port());
    }

    @AfterAll
    static void stop() throws IOException {
        a.close();
        b.close();
        wayOfA.close();
        database.close();
    }

    @Test
    void aReplicaKilledUnderLoadShouldLoseNothingAndHinderNobody() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        atA.awaitAnswers(100);
        a.kill();
        atA.awaitEnd();
        atB.awaitAnswers(200);
        a = startA();
        LoadRound again = load.at(a);
        again.awaitAnswers(100);
        again.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
    }

    @Test
    void aRollingRestartUnderLoadShouldLoseNothing() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        atA.awaitAnswers(100);
        terminate(a, atA);
        a = startA();
        atA = load.at(a);
        atA.awaitAnswers(100);
        terminate(b, atB);
        b = database.replica("b", directory, Map.of("spring.application.version", "next"));
        atB = load.atB(b);
        atB.awaitAnswers(100);
        assertThat(database.ask("SELECT count(DISTINCT version) FROM replicas")).isEqualTo("2");
        atA.awaitAnswers(100);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
    }

    private static void terminate(KernelProcess replica, LoadRound load) throws InterruptedException {
        replica.terminate();
        load.awaitEnd();
        assertThat(replica.awaitEnd()).as(replica.toString()).isEqualTo(143);
    }

    @Test
    void aReplicaPausedUnderLoadShouldHinderNobody() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        for (int round = 0; round < 3; round++) {
            atA.awaitAnswers(50);
            a.pause();
            atB.awaitAnswers(100);
            a.resume();
            atA.awaitAnswers(50);
        }
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
        assertThat(a.isAlive()).isTrue();
    }

    @Test
    void aReplicaPausedInTheMiddleOfACommitShouldLoseItsLocksAndCommitAnew() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        atA.awaitAnswers(50);
        database.pauseInTheMiddleOfACommit(a, "a");
        long paused = System.nanoTime();
        // The database ends the transaction of the paused one before anybody gives up waiting for its locks.
        LoadRound atB = load.atB();
        atB.awaitAnswers(40);
        System.out.println(
                "Writes went on " + Duration.ofNanos(System.nanoTime() - paused).toMillis()
                        + " ms after a replica was paused in the middle of a commit.");
        a.resume();
        atA.awaitAnswers(50);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
        load.assertNobodyWasRefused();
    }

    @Test
    void aReplicaCutOffFromTheDatabaseShouldHinderNobodyAndComeBack() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        for (int round = 0; round < 3; round++) {
            atA.awaitAnswers(50);
            wayOfA.cut();
            atB.awaitAnswers(100);
            wayOfA.restore();
        }
        atA.awaitAnswers(50);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
        assertThat(a.isAlive()).isTrue();
    }

    @Test
    void aCommitWhoseAnswerIsLostShouldNotBeMadeTwice() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        for (int round = 0; round < 5; round++) {
            atA.awaitAnswers(30);
            wayOfA.loseAnswerToCommit();
            await().atMost(KernelProcess.PATIENCE).until(wayOfA::hasLostThem);
        }
        atA.awaitAnswers(50);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
        assertThat(a.isAlive()).isTrue();
    }

    @Test
    void aReplicaWhoseClockIsWrongShouldGoByThatOfTheDatabase() throws Exception {
        assertThat(a.output() + a.errors()).contains("set them by NTP");
        Instant soon = Instant.now().plus(SkewedKernel.AHEAD.dividedBy(2));
        List<Instant> times = new ArrayList<>();
        try (HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atB = new HttpConnection(b.address())) {
            Agent agent = Agent.register(atA, 1).getFirst();
            for (int i = 0; i < 10; i++) {
                times.add(timeOf(agent.send(i % 2 == 0 ? atA : atB, agent, "x").expect(202), "timestamp"));
            }
            JsonNode leased = atB.get("/v1/messages?ack=manual&lease=60&limit=5", agent.token())
                    .expect(200)
                    .json()
                    .required("messages");
            // The other sweeps as often, and must not find this one to have run out.
            JsonNode taken =
                    atA.get("/v1/messages?wait=2", agent.token()).expect(200).json();
            assertThat(leased).hasSize(5);
            assertThat(taken.required("messages")).hasSize(5);
            assertThat(atA.get("/v1/messages?wait=2", agent.token())
                            .expect(200)
                            .json()
                            .required("messages"))
                    .isEmpty();
            leased.forEach(message ->
                    times.add(Instant.parse(message.required("leased_until").asString())));
        }
        assertThat(times).isSorted().allMatch(soon::isAfter);
    }

    private static Instant timeOf(Reply reply, String field) {
        return Instant.parse(reply.text(field));
    }

    @Test
    void aDatabaseThatStopsUnderLoadShouldBeWaitedForWithoutLoss() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        atA.awaitAnswers(50);
        database.stop();
        try (HttpConnection connection = new HttpConnection(b.address())) {
            connection.post("/v1/operators", null, Map.of("contact_hash", "x")).expectError(503, "unavailable");
            assertThat(probe(b, "liveness")).isEqualTo(200);
            await().atMost(KernelProcess.PATIENCE).until(() -> probe(b, "readiness") == 503);
        } finally {
            database.startAgain();
        }
        await().atMost(KernelProcess.PATIENCE).until(() -> probe(b, "readiness") == 200);
        atA.awaitAnswers(50);
        atB.awaitAnswers(50);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
    }

    private static int probe(KernelProcess kernel, String name) throws IOException, InterruptedException {
        URI probe = URI.create("http://127.0.0.1:" + kernel.managementPort() + "/actuator/health/" + name);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(probe).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void connectionsCutByTheServerShouldBeReplaced() throws Exception {
        ClusterLoad load = new ClusterLoad(a, b, database);
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        for (int round = 0; round < 5; round++) {
            atA.awaitAnswers(30);
            database.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE application_name LIKE 'agent-kernel%'");
        }
        atA.awaitAnswers(50);
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
    }

    @Test
    void listeningConnectionsThatAloneAreCutOrFallSilentShouldBeReplaced() throws Exception {
        String cut = listening("b", "pid");
        String silent = listening("a", "pid");
        wayOfA.silence(Integer.parseInt(listening("a", "client_port")));
        database.ask("SELECT pg_terminate_backend(" + cut + ")");
        await().atMost(KernelProcess.PATIENCE)
                .until(() -> !Set.of("", cut).contains(listening("b", "pid"))
                        && !Set.of("", silent).contains(listening("a", "pid")));
        try (HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atB = new HttpConnection(b.address())) {
            List<Agent> agents = Agent.register(atA, 2);
            try (AgentWorker workerAtA = AgentWorker.connect(a.address(), agents.get(0), "w");
                    AgentWorker workerAtB = AgentWorker.connect(b.address(), agents.get(1), "w")) {
                agents.get(0).send(atA, agents.get(1), "to b").expect(202);
                assertThat(workerAtB.nextMessage().required("content").asString())
                        .isEqualTo("to b");
                agents.get(1).send(atB, agents.get(0), "to a").expect(202);
                assertThat(workerAtA.nextMessage().required("content").asString())
                        .isEqualTo("to a");
            }
        }
    }

    /** Of the connection that hears of the others; the latest, should the server not know yet that one is gone. */
    private static String listening(String replica, String column) {
        return database.ask("SELECT " + column + " FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                + " AND application_name = 'agent-kernel " + replica + "' ORDER BY backend_start DESC LIMIT 1");
    }

    @Test
    void aTokenReplacedAtOneShouldEndAtTheOther() throws Exception {
        try (HttpConnection atA = new HttpConnection(a.address());
                HttpConnection atB = new HttpConnection(b.address())) {
            Agent agent = Agent.register(atA, 1).getFirst();
            agent.read(atB, "nothing").expect(404);
            String token = atA.post("/v1/agents/me/token", agent.token(), Map.of())
                    .expect(200)
                    .text("agent_token");
            agent.write(atB, "key", "too late").expect(401);
            await().atMost(KernelProcess.PATIENCE)
                    .until(() -> agent.read(atB, "nothing").status() == 401);
            new Agent(agent.address(), token).write(atB, "key", "value").expect(200);
        }
    }

    @Test
    void racersForTenThousandMessagesShouldShareThem() throws Exception {
        int senders = 50;
        int perSender = 200;
        int takers = 8;
        List<Agent> agents;
        try (HttpConnection connection = new HttpConnection(a.address())) {
            agents = Agent.register(connection, senders + 2);
        }
        List<Agent> recipients = agents.subList(senders, senders + 2);
        Set<String> sent = ConcurrentHashMap.newKeySet();
        List<String> taken = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger left = new AtomicInteger(senders * perSender);
        Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < senders + takers; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (HttpConnection connection = new HttpConnection((number % 2 == 0 ? a : b).address())) {
                    if (number < senders) {
                        for (int n = 0; n < perSender; n++) {
                            Reply reply = agents.get(number).send(connection, recipients.get(n % 2), "x");
                            sent.add(reply.expect(202).text("message_id"));
                        }
                    } else {
                        takeUntilNoneIsLeft(connection, recipients.get(number / 2 % 2), taken, left);
                    }
                } catch (IOException | RuntimeException | AssertionError failed) {
                    failures.add(failed);
                    left.set(0);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(taken).doesNotHaveDuplicates().hasSize(senders * perSender);
        assertThat(new HashSet<>(taken)).isEqualTo(sent);
    }

    private static void takeUntilNoneIsLeft(
            HttpConnection connection, Agent recipient, List<String> taken, AtomicInteger left) throws IOException {
        while (left.get() > 0) {
            connection
                    .get("/v1/messages?limit=100&wait=1", recipient.token())
                    .expect(200)
                    .json()
                    .required("messages")
                    .forEach(message -> {
                        taken.add(message.required("message_id").asString());
                        left.decrementAndGet();
                    });
        }
    }

    @Test
    void bothShouldBeKnownToBeThere() {
        await().atMost(KernelProcess.PATIENCE)
                .until(() -> database.ask("SELECT string_agg(replica, ' ' ORDER BY replica) FROM replicas"
                                + " WHERE last_seen_at > clock_timestamp() - INTERVAL '10 seconds'")
                        .equals("a b"));
    }
}
