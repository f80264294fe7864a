package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The kernel is killed under load, again and again, and every test looks at one side of what is left. More rounds with {@code
 * -Dkernel.crash.rounds=50}, the same choices again with {@code -Dkernel.crash.seed=…}; how threads interleave is chance.
 */
class KillUnderLoadTest {

    private static final int ROUNDS = Integer.getInteger("kernel.crash.rounds", 5);
    private static final long SEED = Long.getLong("kernel.crash.seed", new Random().nextLong());

    private static final int SENDERS = 6;
    private static final int TAKERS = 3;
    private static final int WRITERS = 4;

    @TempDir
    private static Path directory;

    private static final Ledger LEDGER = new Ledger();
    private static final List<Sender> SENDING = new ArrayList<>();
    private static final List<Taker> TAKING = new ArrayList<>();
    private static final List<StateWriter> WRITING = new ArrayList<>();
    private static final List<Registrar> REGISTERING = List.of(new Registrar(), new Registrar());

    private static Agent hoarder = new Agent("", "");
    private static List<JsonNode> log = List.of();
    private static final List<String> REGISTRY = new ArrayList<>();
    private static long registryTotal;
    private static JsonNode capacity = MissingNode.getInstance();
    private static final Map<String, String> STATE = new HashMap<>();

    @BeforeAll
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    static void killAgainAndAgain() throws IOException, InterruptedException {
        System.out.println("kernel.crash.seed=" + SEED + " kernel.crash.rounds=" + ROUNDS);
        Random random = new Random(SEED);
        for (int round = 1; round <= ROUNDS; round++) {
            try (KernelProcess kernel = start()) {
                try (HttpConnection connection = new HttpConnection(kernel.address())) {
                    if (round == 1) {
                        populate(connection, random);
                    }
                    for (StateWriter writer : WRITING) {
                        writer.verify(connection);
                    }
                }
                LoadRound load = new LoadRound(kernel.address(), actors());
                int answers = 200 + random.nextInt(1_500);
                load.awaitAnswers(answers);
                kernel.kill();
                load.awaitEnd();
                LEDGER.killed();
            }
        }
        settleAndStop();
    }

    private static KernelProcess start() {
        // Small segments, so that kills fall on changes of the segment too.
        return KernelProcess.start(
                directory.resolve("data"), directory, Map.of("kernel.events.segment-bytes", "256KB"));
    }

    private static void populate(HttpConnection connection, Random random) throws IOException {
        List<Agent> agents = Agent.register(connection, SENDERS + WRITERS);
        List<Agent> recipients = agents.subList(0, TAKERS + 1);
        hoarder = agents.get(TAKERS);
        for (int i = 0; i < SENDERS; i++) {
            SENDING.add(new Sender(agents.get(i), recipients, LEDGER, random.nextLong()));
        }
        for (int i = 0; i < TAKERS; i++) {
            TAKING.add(new Taker(agents.get(i), LEDGER, random.nextLong()));
        }
        for (int i = 0; i < WRITERS; i++) {
            WRITING.add(new StateWriter(agents.get(SENDERS + i), LEDGER, random.nextLong()));
        }
    }

    private static List<Actor> actors() {
        List<Actor> actors = new ArrayList<>();
        actors.addAll(SENDING);
        actors.addAll(TAKING);
        actors.addAll(WRITING);
        actors.addAll(REGISTERING);
        return actors;
    }

    private static void settleAndStop() throws IOException {
        try (KernelProcess kernel = start();
                HttpConnection connection = new HttpConnection(kernel.address())) {
            for (Sender sender : SENDING) {
                sender.settle(connection);
            }
            for (Taker taker : TAKING) {
                taker.drain(connection);
            }
            for (StateWriter writer : WRITING) {
                writer.verify(connection);
            }
            readBack(connection);
            for (Registrar registrar : REGISTERING) {
                verifyTokens(connection, registrar);
            }
            kernel.terminate();
            assertThat(kernel.awaitEnd()).isEqualTo(143);
        }
        log = EventLogFiles.records(directory.resolve("data"));
        System.out.println(
                LEDGER.posts() + " messages sent, " + LEDGER.acknowledged().size() + " acknowledged, "
                        + LEDGER.arrived().size() + " arrived, " + LEDGER.cameAgain()
                        + " came again because a kill fell between their answer and its confirmation; " + log.size()
                        + " log records in "
                        + EventLogFiles.segments(directory.resolve("data")).size() + " segments");
    }

    private static void readBack(HttpConnection connection) throws IOException {
        capacity = connection
                .get("/v1/state/_capacity", hoarder.token())
                .expect(200)
                .json();
        for (StateWriter writer : WRITING) {
            readState(connection, writer.key());
        }
        readState(connection, StateWriter.SHARED_KEY);
        String cursor = "";
        do {
            JsonNode page = connection
                    .get("/v1/registry?limit=100" + cursor, hoarder.token())
                    .expect(200)
                    .json();
            page.required("agents")
                    .forEach(agent -> REGISTRY.add(agent.required("address").asString()));
            registryTotal = page.required("total").asLong();
            JsonNode next = page.required("next_cursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.asString();
        } while (!cursor.isEmpty());
    }

    private static void readState(HttpConnection connection, String key) throws IOException {
        Reply reply = hoarder.read(connection, key.replace(" ", "%20"));
        if (reply.status() != 404) {
            STATE.put(key, reply.expect(200).text("value"));
        }
    }

    private static void verifyTokens(HttpConnection connection, Registrar registrar) throws IOException {
        for (String operatorKey : registrar.operatorKeys()) {
            connection.get("/v1/agents/verification-challenge", operatorKey).expect(200);
        }
        for (Agent agent : registrar.agents()) {
            String address =
                    connection.get("/v1/agents/me", agent.token()).expect(200).text("address");
            assertThat(address).isEqualTo(agent.address());
        }
        for (String address : REGISTRY) {
            // A queue goes with every agent that is listed, also with one whose registration was never answered.
            assertThat(hoarder.send(connection, new Agent(address, ""), "anybody there?")
                            .status())
                    .as("a message to %s", address)
                    .isEqualTo(202);
        }
    }

    @Test
    void nothingShouldContradictWhatWasAnswered() {
        assertThat(LEDGER.violations()).isEmpty();
        assertThat(LEDGER.acknowledged()).hasSizeGreaterThan(ROUNDS * 20);
    }

    @Test
    void everyAcknowledgedMessageShouldBeDeliveredOrQueued() throws SQLException {
        Set<String> queued = new HashSet<>();
        try (StoredTables tables = new StoredTables(directory.resolve("data"))) {
            queued.addAll(tables.column("SELECT message_id FROM messages"));
        }
        Map<String, String> arrived = LEDGER.arrived();
        LEDGER.acknowledged()
                .forEach((post, messageId) -> assertThat(
                                messageId.equals(arrived.get(post)) ^ queued.contains(messageId))
                        .as("%s, acknowledged as %s, is either delivered or queued", post, messageId)
                        .isTrue());
    }

    @Test
    void everyPostShouldBeInTheLogAtMostOnceAndEveryAcknowledgedOneUnderItsMessageId() {
        Map<String, String> logged = new HashMap<>();
        for (JsonNode sent : EventLogFiles.events(log, "message_sent")) {
            String content = sent.required("content").asString();
            if (content.contains("|")) {
                String before = logged.put(
                        Post.idIn(content), sent.required("message_id").asString());
                assertThat(before)
                        .as("an earlier message of %s", Post.idIn(content))
                        .isNull();
            }
        }
        assertThat(logged).containsAllEntriesOf(LEDGER.acknowledged()).containsAllEntriesOf(LEDGER.arrived());
        assertThat(LEDGER.refusedPosts()).isEmpty();
    }

    @Test
    void answerThatCameAgainShouldComeAgainAsAWhole() {
        assertThat(LEDGER.brokenAnswers()).isEmpty();
    }

    @Test
    void everyAcknowledgedStateWriteShouldBeInTheLogAndTheLastOneInTheStore() {
        List<JsonNode> writes = EventLogFiles.events(log, "state_written");
        Set<String> values = new HashSet<>(EventLogFiles.texts(log, "state_written", "value"));
        for (StateWriter writer : WRITING) {
            assertThat(values).containsAll(writer.acknowledgedValues());
        }
        Map<String, String> last = new HashMap<>();
        for (JsonNode record : log) {
            JsonNode data = record.path("data");
            switch (record.path("type").asString("")) {
                case "state_written" ->
                    last.put(
                            data.required("key").asString(),
                            data.required("value").asString());
                case "state_deleted" -> last.remove(data.required("key").asString());
                default -> {}
            }
        }
        assertThat(writes).isNotEmpty();
        assertThat(STATE).isEqualTo(last).containsKey(StateWriter.SHARED_KEY);
    }

    @Test
    void capacityShouldCountWhatIsStored() {
        long bytes = STATE.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        assertThat(capacity.required("key_count").asLong()).isEqualTo(STATE.size());
        assertThat(capacity.required("used_bytes").asLong()).isEqualTo(bytes);
    }

    @Test
    void logShouldHaveNoGapAndItsTimeNeverGoesBack() {
        assertThat(EventLogFiles.disorder(log)).isEmpty();
        assertThat(EventLogFiles.segments(directory.resolve("data"))).hasSizeGreaterThan(1);
    }

    @Test
    void everyMessageShouldBeDeliveredOnceAtMostAndOnlyAfterItWasSent() {
        Set<String> queued = new HashSet<>();
        for (JsonNode record : log) {
            String messageId = record.path("data").path("message_id").asString("");
            switch (record.path("type").asString("")) {
                case "message_sent" -> assertThat(queued.add(messageId)).isTrue();
                case "message_delivered" ->
                    assertThat(queued.remove(messageId))
                            .as("delivery of %s", messageId)
                            .isTrue();
                default -> {}
            }
        }
    }

    @Test
    void countersShouldBeThoseOfTheRowsAndTheRowsThoseOfTheLog() throws SQLException {
        try (StoredTables tables = new StoredTables(directory.resolve("data"))) {
            Set<String> expected = new HashSet<>(EventLogFiles.texts(log, "message_sent", "message_id"));
            EventLogFiles.texts(log, "message_delivered", "message_id").forEach(expected::remove);
            assertThat(tables.column("SELECT message_id FROM messages")).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(tables.column("SELECT seq FROM message_contents ORDER BY seq"))
                    .isEqualTo(tables.column("SELECT seq FROM messages ORDER BY seq"));
            assertThat(tables.column("SELECT seq FROM leases")).isEmpty();
            assertThat(tables.column(QUEUES_THAT_MISCOUNT)).isEmpty();
            assertThat(tables.number("SELECT queue_bytes FROM totals"))
                    .isEqualTo(tables.number("SELECT COALESCE(SUM(content_bytes), 0) FROM messages"));
            assertThat(tables.number("SELECT agent_count FROM totals")).isEqualTo(REGISTRY.size());
        }
    }

    private static final String QUEUES_THAT_MISCOUNT = """
            SELECT q.agent FROM queues q LEFT JOIN (
                SELECT recipient, COUNT(*) AS depth, SUM(content_bytes) AS content_bytes FROM messages GROUP BY recipient
            ) m ON m.recipient = q.agent
            WHERE q.depth <> COALESCE(m.depth, 0) OR q.content_bytes <> COALESCE(m.content_bytes, 0)
               OR q.pull_waiting <> COALESCE(m.depth, 0)""";

    @Test
    void registryShouldListEveryAcknowledgedAgentAndNoGhost() throws SQLException {
        assertThat(registryTotal).isEqualTo(REGISTRY.size());
        assertThat(REGISTRY).doesNotHaveDuplicates();
        int asked = SENDERS + WRITERS;
        int acknowledged = asked;
        for (Registrar registrar : REGISTERING) {
            assertThat(registrar.agents()).isNotEmpty();
            assertThat(REGISTRY)
                    .containsAll(registrar.agents().stream().map(Agent::address).toList());
            asked += registrar.asked();
            acknowledged += registrar.agents().size();
        }
        assertThat(REGISTRY).hasSizeBetween(acknowledged, asked);
        assertThat(EventLogFiles.texts(log, "agent_registered", "address")).isEqualTo(REGISTRY);
        try (StoredTables tables = new StoredTables(directory.resolve("data"))) {
            assertThat(tables.column("SELECT agent_address FROM credentials WHERE agent_address IS NOT NULL"))
                    .containsExactlyInAnyOrderElementsOf(REGISTRY);
            assertThat(tables.column("SELECT operator_id FROM credentials WHERE operator_id IS NOT NULL"
                            + " AND agent_address IS NULL"))
                    .containsExactlyInAnyOrderElementsOf(EventLogFiles.texts(log, "operator_created", "operator_id"));
        }
    }
}
