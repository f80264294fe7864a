package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery as a process of its own beside one that serves agents, on one database; killed while a message is on its way. */
class WebhookWorkerTest {

    @TempDir
    private static Path directory;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch killed = new CountDownLatch(1);

    @Test
    void messageShouldArriveThoughTheWorkerIsKilledWhileItIsOnItsWay() throws Exception {
        HttpServer receiver = receiver();
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                KernelProcess api = kernel(server, "api", "postgres", "--kernel.webhook.deliver=false")
                        .awaitReady()) {
            String token = registerAgent(
                    api, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
            String address = addressOf(api, token);
            try (KernelProcess first = worker(server).awaitReady()) {
                send(api, token, address);
                arrived.await();
                first.kill();
                first.awaitEnd();
            }
            killed.countDown();
            assertThat(delivered(api)).isZero();
            try (KernelProcess second = worker(server).awaitReady()) {
                await().atMost(KernelProcess.PATIENCE).until(() -> delivered(api) == 1);
                assertThat(second.output()).contains("this process pushes to webhooks");
            }
            assertThat(received).hasSize(2).allSatisfy(body -> assertThat(body).isEqualTo(received.getFirst()));
        } finally {
            killed.countDown();
            receiver.stop(0);
        }
    }

    /** The first request is not answered before the worker is dead. */
    private HttpServer receiver() throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", exchange -> {
            try (exchange) {
                received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                arrived.countDown();
                killed.await();
                exchange.sendResponseHeaders(204, -1);
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        });
        receiver.start();
        return receiver;
    }

    private static KernelProcess worker(EmbeddedPostgres server) throws IOException {
        return kernel(server, "worker", "postgres,webhook-worker", "--server.port=-1");
    }

    private static KernelProcess kernel(EmbeddedPostgres server, String name, String profiles, String argument)
            throws IOException {
        return KernelProcess.kernel(
                Files.createTempDirectory(directory, name),
                "--spring.profiles.active=" + profiles,
                "--server.address=127.0.0.1",
                "--kernel.cluster.replica=" + name,
                "--kernel.webhook.allow-http=true",
                "--kernel.webhook.allow-private-addresses=true",
                "--kernel.database.url=jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                "--kernel.database.username=postgres",
                "--kernel.database.password=postgres",
                argument);
    }

    private static String registerAgent(KernelProcess api, String url) {
        String key = text(api.post(api.port(), "/v1/operators", "{\"contact_hash\":\"x\"}"), "api_key");
        String challenge = text(
                api.get(api.port(), "/v1/agents/verification-challenge", "Authorization", "Bearer " + key),
                "challenge_id");
        String body =
                "{\"webhook_url\":\"%s\",\"verification_response\":{\"challenge_id\":\"%s\",\"response\":\"any\"}}"
                        .formatted(url, challenge);
        return text(api.post(api.port(), "/v1/agents", body, "Authorization", "Bearer " + key), "agent_token");
    }

    private static String addressOf(KernelProcess api, String token) {
        return text(api.get(api.port(), "/v1/agents/me", "Authorization", "Bearer " + token), "address");
    }

    private static void send(KernelProcess api, String token, String to) {
        String body = "{\"to\":\"" + to + "\",\"content\":\"survives\"}";
        text(api.post(api.port(), "/v1/messages", body, "Authorization", "Bearer " + token), "message_id");
    }

    private static long delivered(KernelProcess api) {
        String events =
                api.get(api.port(), "/observe/events?type=message_delivered").body();
        return Pattern.compile("\"delivery_method\":\"push\"")
                .matcher(events)
                .results()
                .count();
    }

    private static String text(HttpResponse<String> answer, String field) {
        Matcher matcher = Pattern.compile("\"" + field + "\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }
}
