package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas on one database, and what may happen to either and to the database. The tests share the processes. */
@Timeout(120)
class ClusterFaultsTest {

    private static final Pattern OPERATIONS = Pattern.compile("Operations +http://127\\.0\\.0\\.1:(\\d+)/");

    @TempDir
    private static Path directory;

    private static SharedDatabase database;
    private static KernelProcess a;
    private static KernelProcess b;

    @BeforeAll
    static void start() throws IOException {
        database = new SharedDatabase(directory);
        a = database.replica("a", directory);
        b = database.replica("b", directory);
    }

    @AfterAll
    static void stop() throws IOException {
        a.close();
        b.close();
        database.close();
    }

    /** Longer than any lease of a take lasts, with what the sweep after it needs. */
    private static final Duration LEASES_END = Duration.ofSeconds(90);

    /** Senders at both replicas, and whoever takes from one of them. */
    private static final class Load {
        private final Ledger ledger = new Ledger();
        private final List<Sender> sendersAtA = new ArrayList<>();
        private final List<Sender> sendersAtB = new ArrayList<>();
        private final List<Taker> takersAtB = new ArrayList<>();

        Load() throws IOException {
            List<Agent> agents;
            try (HttpConnection connection = new HttpConnection(b.address())) {
                agents = Agent.register(connection, 8);
            }
            List<Agent> recipients = agents.subList(4, 8);
            for (int i = 0; i < 4; i++) {
                Sender sender = new Sender(agents.get(i), recipients, ledger, i);
                (i % 2 == 0 ? sendersAtA : sendersAtB).add(sender);
                takersAtB.add(new Taker(recipients.get(i), ledger, i));
            }
        }

        LoadRound atA() {
            return new LoadRound(a.address(), sendersAtA);
        }

        LoadRound atB() {
            List<Actor> actors = new ArrayList<>(sendersAtB);
            actors.addAll(takersAtB);
            return new LoadRound(b.address(), actors);
        }

        private void settle(HttpConnection connection) throws IOException {
            for (Sender sender : sendersAtA) {
                sender.settle(connection);
            }
            for (Sender sender : sendersAtB) {
                sender.settle(connection);
            }
        }

        /**
         * As {@link #assertNothingLostOrDoubled}, but in any order and with patience: a take that fails because the database went
         * away in its middle holds its messages until they can be given back, at the latest until its lease ends.
         */
        void assertNothingLostOrDoubledInTheEnd() throws IOException {
            try (HttpConnection connection = new HttpConnection(b.address())) {
                settle(connection);
                Set<Map.Entry<String, String>> acknowledged =
                        ledger.acknowledged().entrySet();
                await().pollInterval(Duration.ofMillis(500)).atMost(LEASES_END).untilAsserted(() -> {
                    for (Taker taker : takersAtB) {
                        taker.takeWhatIsThere(connection);
                    }
                    assertThat(ledger.arrived().entrySet()).containsAll(acknowledged);
                });
            }
            assertThat(ledger.violations()).allMatch(violation -> violation.contains(" after number "));
            assertNothingRefusedCame();
        }

        /** Everything that was acknowledged came, once and in order; nothing else did, but what nobody answered for. */
        void assertNothingLostOrDoubled() throws IOException {
            try (HttpConnection connection = new HttpConnection(b.address())) {
                settle(connection);
                for (Taker taker : takersAtB) {
                    taker.drain(connection);
                }
            }
            assertThat(ledger.violations()).isEmpty();
            assertThat(ledger.arrived()).containsAllEntriesOf(ledger.acknowledged());
            assertNothingRefusedCame();
        }

        private void assertNothingRefusedCame() {
            Set<String> refusedButCame = new HashSet<>(ledger.refusedPosts());
            refusedButCame.retainAll(ledger.arrived().keySet());
            assertThat(refusedButCame).isEmpty();
        }
    }

    @Test
    void aReplicaKilledUnderLoadShouldLoseNothingAndHinderNobody() throws Exception {
        Load load = new Load();
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        atA.awaitAnswers(100);
        a.kill();
        atA.awaitEnd();
        atB.awaitAnswers(200);
        a = database.replica("a", directory);
        LoadRound again = load.atA();
        again.awaitAnswers(100);
        again.stop();
        atB.stop();
        load.assertNothingLostOrDoubled();
    }

    @Test
    @Timeout(240)
    void aReplicaPausedInTheMiddleOfItsCommitsShouldHinderNobodyForLong() throws Exception {
        Load load = new Load();
        LoadRound atA = load.atA();
        LoadRound atB = load.atB();
        for (int round = 0; round < 3; round++) {
            atA.awaitAnswers(50);
            signal("STOP", a);
            // The database ends a transaction of the paused one after two seconds.
            atB.awaitAnswers(100);
            signal("CONT", a);
            atA.awaitAnswers(50);
        }
        atA.stop();
        atB.stop();
        load.assertNothingLostOrDoubledInTheEnd();
        assertThat(a.isAlive()).isTrue();
    }

    private static void signal(String name, KernelProcess process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.processId())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    @Test
    @Timeout(240)
    void aDatabaseThatStopsUnderLoadShouldBeWaitedForWithoutLoss() throws Exception {
        Load load = new Load();
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
        load.assertNothingLostOrDoubledInTheEnd();
    }

    private static int probe(KernelProcess kernel, String name) throws IOException, InterruptedException {
        Matcher matcher = OPERATIONS.matcher(kernel.output());
        assertThat(matcher.find()).isTrue();
        URI probe = URI.create("http://127.0.0.1:" + matcher.group(1) + "/actuator/health/" + name);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(probe).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    @Timeout(240)
    void connectionsCutByTheServerShouldBeReplaced() throws Exception {
        Load load = new Load();
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
        load.assertNothingLostOrDoubledInTheEnd();
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
        int perSender = 1_250;
        List<Agent> agents;
        try (HttpConnection connection = new HttpConnection(a.address())) {
            agents = Agent.register(connection, 10);
        }
        List<Agent> recipients = agents.subList(8, 10);
        Set<String> sent = ConcurrentHashMap.newKeySet();
        Set<String> taken = ConcurrentHashMap.newKeySet();
        Set<String> twice = ConcurrentHashMap.newKeySet();
        AtomicInteger left = new AtomicInteger(8 * perSender);
        List<Thread> threads = new ArrayList<>();
        Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 16; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (HttpConnection connection = new HttpConnection((number % 2 == 0 ? a : b).address())) {
                    if (number < 8) {
                        for (int n = 0; n < perSender; n++) {
                            sent.add(agents.get(number)
                                    .send(connection, recipients.get(n % 2), "x")
                                    .expect(202)
                                    .text("message_id"));
                        }
                    }
                    Agent recipient = recipients.get(number / 2 % 2);
                    while (left.get() > 0) {
                        recipient
                                .take(connection, 100)
                                .expect(200)
                                .json()
                                .required("messages")
                                .forEach(message -> {
                                    String id = message.required("message_id").asString();
                                    if (!taken.add(id)) {
                                        twice.add(id);
                                    }
                                    left.decrementAndGet();
                                });
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
        assertThat(twice).isEmpty();
        assertThat(taken).hasSize(8 * perSender).isEqualTo(sent);
    }

    @Test
    void bothShouldBeKnownToBeThere() {
        await().atMost(KernelProcess.PATIENCE)
                .until(() -> database.ask("SELECT string_agg(replica, ' ' ORDER BY replica) FROM replicas"
                                + " WHERE last_seen_at > clock_timestamp() - INTERVAL '10 seconds'")
                        .equals("a b"));
    }
}
