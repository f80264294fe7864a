package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.KernelApplication;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** A kernel in this process, whose clock the test sets. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClockSetBackTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    private Path directory;

    private volatile Instant now = NOON;

    @Test
    void historyShouldGoOnWhenTheClockWasSetBackBetweenTwoLives() throws IOException {
        Agent one;
        Agent other;
        String first;
        String operatorKey;
        String usedChallenge;
        try (Life life = new Life()) {
            operatorKey = Agent.registerOperator(life.connection);
            usedChallenge = life.challenge(operatorKey);
            Agent.answer(life.connection, operatorKey, usedChallenge).expect(201);
            one = Agent.register(life.connection, operatorKey);
            other = Agent.register(life.connection, operatorKey);
            first = sendWithKey(life, one, other).text("message_id");
        }

        now = NOON.minus(Duration.ofHours(2));
        try (Life life = new Life()) {
            assertThat(sendWithKey(life, one, other).text("message_id")).isEqualTo(first);
            assertNotBeforeNoon(
                    one.send(life.connection, other, "second").expect(202).text("timestamp"));
            assertNotBeforeNoon(
                    one.write(life.connection, "key", "value").expect(200).text("written_at"));
            now = NOON.minus(Duration.ofHours(3));
            one.send(life.connection, other, "third").expect(202);
            assertThat(contents(other.take(life.connection, 10))).containsExactly("first", "second", "third");
            assertThat(contents(other.take(life.connection, 10))).isEmpty();
            Agent.answer(life.connection, operatorKey, usedChallenge).expectError(403, "verification_failed");
            String challenge = life.challenge(operatorKey);
            Agent.answer(life.connection, operatorKey, challenge).expect(201);
            Agent.answer(life.connection, operatorKey, challenge).expectError(403, "verification_failed");
        }

        now = NOON.plus(Duration.ofHours(25));
        try (Life life = new Life()) {
            assertThat(sendWithKey(life, one, other).text("message_id"))
                    .as("the key is free again after 24 hours")
                    .isNotEqualTo(first);
            assertThat(contents(other.take(life.connection, 10))).containsExactly("first");
        }
        List<JsonNode> log = EventLogFiles.records(directory.resolve("data"));
        assertThat(EventLogFiles.disorder(log)).isEmpty();
        assertThat(EventLogFiles.events(log, "message_sent")).hasSize(4);
    }

    @Test
    void messagesOnTheirWayShouldWaitAgainWhenTheClockIsSetBackMeanwhile() throws IOException {
        try (Life life = new Life()) {
            List<Agent> agents = Agent.register(life.connection, 2);
            for (int i = 0; i < 60; i++) {
                agents.get(0)
                        .send(life.connection, agents.get(1), i + "x".repeat(60_000))
                        .expect(202);
            }
            try (Socket deaf = new Socket()) {
                deaf.setReceiveBufferSize(4096);
                deaf.connect(life.address);
                deaf.getOutputStream()
                        .write(("GET /v1/messages HTTP/1.1\r\nHost: kernel\r\nAuthorization: Bearer "
                                        + agents.get(1).token() + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(deaf.getInputStream().read()).isEqualTo('H');
                now = NOON.minus(Duration.ofHours(2));
                assertThat(contents(agents.get(1).take(life.connection, 100))).hasSize(10);
            }
            await().atMost(KernelProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(contents(agents.get(1).take(life.connection, 100)))
                            .hasSize(50));
        }
    }

    private static Reply sendWithKey(Life life, Agent from, Agent to) throws IOException {
        return life.connection
                .exchange(
                        "POST",
                        "/v1/messages",
                        from.token(),
                        Map.of("Idempotency-Key", "once"),
                        Map.of("to", to.address(), "content", "first"))
                .expect(202);
    }

    private static void assertNotBeforeNoon(String time) {
        assertThat(Instant.parse(time)).isAfterOrEqualTo(NOON);
    }

    private static List<String> contents(Reply reply) {
        List<String> contents = new ArrayList<>();
        reply.expect(200)
                .json()
                .required("messages")
                .forEach(message -> contents.add(message.required("content").asString()));
        return contents;
    }

    /** The kernel from one start to the next stop. */
    private final class Life implements AutoCloseable {

        private final ConfigurableApplicationContext context;
        private final InetSocketAddress address;
        private final HttpConnection connection;

        Life() throws IOException {
            List<String> arguments = new ArrayList<>();
            KernelProcess.properties(directory.resolve("data"), Map.of())
                    .forEach((name, value) -> arguments.add("--" + name + "=" + value));
            this.context = new SpringApplicationBuilder(KernelApplication.class)
                    .registerShutdownHook(false)
                    .initializers(this::replaceClock)
                    .run(arguments.toArray(String[]::new));
            int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            this.connection = new HttpConnection(address);
        }

        private void replaceClock(ConfigurableApplicationContext starting) {
            InstantSource settable = () -> now;
            ((GenericApplicationContext) starting)
                    .registerBean(
                            "settableClock",
                            InstantSource.class,
                            () -> settable,
                            definition -> definition.setPrimary(true));
        }

        String challenge(String operatorKey) throws IOException {
            return connection
                    .get("/v1/agents/verification-challenge", operatorKey)
                    .expect(200)
                    .text("challenge_id");
        }

        @Override
        public void close() throws IOException {
            connection.close();
            context.close();
        }
    }
}
