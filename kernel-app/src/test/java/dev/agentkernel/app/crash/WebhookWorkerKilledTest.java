package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.crash.PushReceiver.Manner;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Delivery as a process of its own beside one that serves agents, on one database. It is killed twice: when one message is claimed
 * and not connected for, one on its way, one answered and its end not committed, one rests before another attempt, and a circuit is
 * open; and during the probe that follows.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WebhookWorkerKilledTest {

    private static final String WAITING = "/waiting";
    private static final String ANSWERED = "/answered";
    private static final String RESTING = "/resting";
    private static final String OPEN = "/open";
    private static final int STATES = 5;

    @TempDir
    private Path directory;

    private PushReceiver receiver;
    private SharedDatabase database;
    private List<Agent> agents;
    private HttpConnection connection;

    private static Map<String, String> pushing(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "kernel.webhook.allow-http", "true",
                "kernel.webhook.allow-private-addresses", "true",
                "kernel.webhook.connect-timeout", "30s",
                "kernel.webhook.exchange-timeout", "30s",
                "kernel.webhook.retries", String.join(",", Collections.nCopies(100, "1s")),
                "kernel.webhook.circuit-failures", "2",
                "kernel.webhook.circuit-open", "1h"));
        properties.putAll(more);
        return properties;
    }

    private KernelProcess worker() {
        return database.worker("worker", directory, pushing(Map.of()));
    }

    @Test
    void everythingShouldArriveInWhateverStateTheWorkerIsKilled() throws Exception {
        try (PushReceiver pushes = new PushReceiver();
                FullQueue unconnected = new FullQueue();
                SharedDatabase postgres = new SharedDatabase(directory);
                KernelProcess api =
                        postgres.replica("api", directory, pushing(Map.of("kernel.webhook.deliver", "false")));
                HttpConnection atApi = new HttpConnection(api.address())) {
            receiver = pushes;
            database = postgres;
            connection = atApi;
            agents = Agent.register(atApi, STATES);
            setWebhook(0, unconnected.url());
            List<String> paths = List.of(WAITING, ANSWERED, RESTING, OPEN);
            for (String path : paths) {
                setWebhook(1 + paths.indexOf(path), receiver.url(path));
            }
            killInEveryState();

            unconnected.open();
            paths.forEach(path -> receiver.behave(path, Manner.TAKES));
            receiver.letGo();
            try (KernelProcess second = worker()) {
                awaitDelivered(STATES - 1);
                assertThat(unconnected.received()).contains("claimed");
                for (String path : List.of(WAITING, ANSWERED, RESTING)) {
                    assertThat(receiver.contentsAt(path))
                            .as(path)
                            .hasSizeGreaterThan(1)
                            .containsOnly(path);
                }
                requireStillOpen();
                killDuringTheProbe(second);
            }
            receiver.behave(OPEN, Manner.TAKES);
            receiver.letGo();
            try (KernelProcess third = worker()) {
                awaitDelivered(STATES);
                await().atMost(KernelProcess.PATIENCE)
                        .until(() -> ask("webhook_open_until IS NULL AND webhook_failures = 0", OPEN));
                assertThat(third.isAlive()).isTrue();
            }
        }
    }

    private void killInEveryState() throws IOException, SQLException {
        receiver.behave(WAITING, Manner.KEEPS_WAITING);
        receiver.behave(ANSWERED, Manner.KEEPS_WAITING);
        receiver.behave(RESTING, Manner.ASKS_FOR_TIME);
        receiver.behave(OPEN, Manner.REFUSES);
        try (KernelProcess first = worker()) {
            send(OPEN, OPEN);
            await().atMost(KernelProcess.PATIENCE).until(() -> ask("webhook_open_until IS NOT NULL", OPEN));
            send(RESTING, RESTING);
            await().atMost(KernelProcess.PATIENCE).until(() -> ask("webhook_failures = 1", RESTING));
            agents.getFirst().send(connection, agents.getFirst(), "claimed").expect(202);
            await().atMost(KernelProcess.PATIENCE)
                    .until(() -> database.ask(
                                    "SELECT count(*) FROM messages WHERE lease_id IS NOT NULL AND recipient = '"
                                            + agents.getFirst().address() + "'")
                            .equals("1"));
            send(WAITING, WAITING);
            receiver.awaitMoreThan(WAITING, 0);
            send(ANSWERED, ANSWERED);
            receiver.awaitMoreThan(ANSWERED, 0);
            try (Connection locked = database.lockMessagesOf(agentAt(ANSWERED).address())) {
                receiver.letGo(ANSWERED);
                await().atMost(KernelProcess.PATIENCE)
                        .until(() -> !database.ask("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                                .isEmpty());
                first.kill();
                // The server would find out that its client is gone once it has something to tell it.
                database.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
                locked.rollback();
            }
        }
        assertThat(delivered()).isZero();
        assertThat(receiver.contentsAt(ANSWERED)).containsExactly(ANSWERED);
        assertThat(receiver.contentsAt(RESTING)).containsExactly(RESTING);
        assertThat(receiver.contentsAt(OPEN)).containsExactly(OPEN, OPEN);
    }

    /** What failed is to be fetched, and so is what comes now. */
    private void requireStillOpen() throws IOException {
        send(OPEN, "while open");
        JsonNode waiting = agentAt(OPEN).take(connection, 10).expect(200).json().required("messages");
        assertThat(waiting.valueStream()
                        .map(message -> message.required("content").asString()))
                .containsExactly(OPEN, "while open");
        assertThat(receiver.contentsAt(OPEN)).hasSize(2);
    }

    private void killDuringTheProbe(KernelProcess worker) throws IOException {
        receiver.behave(OPEN, Manner.KEEPS_WAITING);
        database.ask("UPDATE agents SET webhook_open_until = 1 WHERE address = '"
                + agentAt(OPEN).address() + "' RETURNING address");
        send(OPEN, "probe");
        receiver.awaitMoreThan(OPEN, 2);
        worker.kill();
        assertThat(delivered()).isEqualTo(STATES - 1);
    }

    private void setWebhook(int agent, String url) throws IOException {
        connection
                .put("/v1/agents/me/webhook", agents.get(agent).token(), Map.of("webhook_url", url))
                .expect(200);
    }

    private Agent agentAt(String path) {
        return agents.get(1 + List.of(WAITING, ANSWERED, RESTING, OPEN).indexOf(path));
    }

    private void send(String path, String content) throws IOException {
        agents.getFirst().send(connection, agentAt(path), content).expect(202);
    }

    private boolean ask(String condition, String path) {
        return database.ask("SELECT " + condition + " FROM agents WHERE address = '"
                        + agentAt(path).address() + "'")
                .equals("t");
    }

    private void awaitDelivered(int messages) {
        await().atMost(KernelProcess.PATIENCE)
                .untilAsserted(() -> assertThat(delivered()).isEqualTo(messages));
    }

    /** Messages that were pushed. */
    private long delivered() throws IOException {
        JsonNode events = connection
                .get("/observe/events?type=message_delivered&limit=1000", null)
                .expect(200)
                .json()
                .required("events");
        return events.valueStream()
                .filter(event -> event.required("data")
                        .required("delivery_method")
                        .asString()
                        .equals("push"))
                .count();
    }
}
