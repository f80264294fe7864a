package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.webhooks.WebhookSignature;
import dev.agentkernel.webhooks.delivery.DeliveryListener.Outcome;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Delivery against a receiver that speaks TLS, with time that moves only when it is told to. */
class DeliveryWorkerTest extends DeliveryTest {

    @Test
    void pushesInOrderAndSigned() throws IOException {
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            List.of("one", "two", "three").forEach(content -> outbox.send(AGENT, content));

            settle();

            assertThat(outbox.delivered()).containsExactly("one", "two", "three");
            assertThat(receiver.requests()).hasSize(3).allSatisfy(this::requireSigned);
            assertThat(outcomes).containsOnly(Outcome.DELIVERED);
        }
    }

    private void requireSigned(String request) {
        String id = field(request, "webhook-id");
        assertThat(field(request, "webhook-timestamp"))
                .isEqualTo(Long.toString(clock.instant().getEpochSecond()));
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        assertThat(field(request, "webhook-signature"))
                .isEqualTo(WebhookSignature.of(
                        List.of(FakeOutbox.KEY.unsafeArray()),
                        id,
                        clock.instant(),
                        body.getBytes(StandardCharsets.UTF_8)));
        assertThat(body).contains("\"message_id\":\"" + UUID.fromString(id) + "\"");
    }

    private static String field(String request, String name) {
        return request.replaceAll("(?s).*\r\n" + name + ": ([^\r]*)\r\n.*", "$1");
    }

    @Test
    void retriesAfterOneTwoAndFourSecondsThenHandsOver() throws IOException {
        status.set(500);
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            outbox.send(AGENT, "one");
            outbox.send(AGENT, "two");
            IntSupplier attempts = () -> receiver.requests().size();

            settle();
            assertThat(attempts.getAsInt()).isEqualTo(1);
            settleAfter(Duration.ofMillis(700));
            assertThat(attempts.getAsInt()).as("0.8 s at the earliest").isEqualTo(1);
            settleAfter(Duration.ofMillis(500));
            assertThat(attempts.getAsInt()).as("1.2 s at the latest").isEqualTo(2);
            settleAfter(Duration.ofMillis(2_400));
            assertThat(attempts.getAsInt()).isEqualTo(3);
            assertThat(outbox.handedOver()).isEmpty();
            settleAfter(Duration.ofMillis(4_800));

            assertThat(outbox.handedOver())
                    .as("the first after its four attempts, the second as the fifth failure opens the circuit")
                    .containsExactly("one", "two");
            assertThat(attempts.getAsInt()).isEqualTo(5);
            assertThat(outbox.health(AGENT).isOpenAt(clock.instant())).isTrue();
            assertThat(outbox.health(AGENT).attempts())
                    .hasSize(5)
                    .allSatisfy(attempt -> assertThat(attempt.outcome()).isEqualTo("http_status"));
        }
    }

    /** Time moves by the clock: nothing waits for an hour. */
    @Test
    void receiverThatIsDownForAnHourGetsMessagesAgainWhenItIsBack() throws IOException {
        status.set(503);
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            for (int second = 0; second < 3_600; second += 10) {
                // The kernel routes by the circuit at the time of the send; while it is open nothing comes here.
                if (!outbox.health(AGENT).isOpenAt(clock.instant())) {
                    outbox.send(AGENT, "at " + second);
                }
                settleAfter(Duration.ofSeconds(10));
            }
            int whileDown = receiver.requests().size();
            assertThat(whileDown)
                    .as("five failures, then one probe in five minutes")
                    .isBetween(12, 20);
            assertThat(outbox.delivered()).isEmpty();

            status.set(200);
            settleAfter(Duration.ofMinutes(5));
            outbox.send(AGENT, "probe");
            outbox.send(AGENT, "behind it");
            settle();

            assertThat(outbox.delivered()).containsExactly("probe", "behind it");
            assertThat(outbox.health(AGENT).failuresInRow()).isZero();
            assertThat(outbox.health(AGENT).openUntil()).isNull();
        }
    }

    @Test
    void openCircuitHandsOverWithoutACall() throws IOException {
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            outbox.setHealth(AGENT, new WebhookHealth(5, clock.instant().plusSeconds(60), null, List.of()));
            outbox.send(AGENT, "one");

            settle();

            assertThat(outbox.handedOver()).containsExactly("one");
            assertThat(receiver.connections()).isZero();
        }
    }

    @Test
    void goneTurnsTheWebhookOff() throws IOException {
        status.set(410);
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            outbox.send(AGENT, "one");
            outbox.send(AGENT, "two");

            settle();

            assertThat(outbox.hasWebhook(AGENT)).isFalse();
            assertThat(outbox.handedOver()).containsExactly("one", "two");
            assertThat(receiver.requests()).hasSize(1);
            assertThat(outcomes).containsExactly(Outcome.TURNED_OFF);
        }
    }

    @Test
    void receiverMayAskForMoreTime() throws IOException {
        status.set(429);
        fields.set("Retry-After: 120\r\n");
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            outbox.send(AGENT, "one");

            settle();

            assertThat(outbox.resting()).containsEntry(AGENT, clock.instant().plusSeconds(120));
        }
    }

    @Test
    void messagesBeyondTheRateWait() throws IOException {
        worker.close();
        worker = worker(DeliverySettings.defaults(), 2);
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            for (int i = 1; i <= 4; i++) {
                outbox.send(AGENT, Integer.toString(i));
            }

            settle();
            assertThat(outbox.delivered()).containsExactly("1", "2");
            settleAfter(Duration.ofSeconds(30));
            assertThat(outbox.delivered()).containsExactly("1", "2", "3");
            settleAfter(Duration.ofSeconds(30));
            assertThat(outbox.delivered()).containsExactly("1", "2", "3", "4");
            assertThat(outbox.handedOver()).isEmpty();
        }
    }

    @Test
    void connectedSocketComesFirst() throws IOException {
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            presence.connected(AGENT, "default", UUID.randomUUID());
            outbox.send(AGENT, "one");

            settle();

            assertThat(outbox.handedOver()).containsExactly("one");
            assertThat(receiver.connections()).isZero();
        }
    }

    @Test
    void lostHintsOnlyDelay() throws IOException {
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            settle();
            FakeOutbox deaf = outbox;
            worker.close();
            deaf.send(AGENT, "nobody heard of it");
            worker = worker(DeliverySettings.defaults(), 1_000);

            settleAfter(Duration.ofSeconds(5));

            assertThat(outbox.delivered()).containsExactly("nobody heard of it");
        }
    }

    @Test
    void stopWaitsForWhatIsUnderWay() throws IOException, InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
            visit.read();
            arrived.countDown();
            try {
                answer.await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
            visit.write("HTTP/1.1 204 No Content\r\n\r\n");
        })) {
            worker.start();
            register(AGENT, receiver);
            outbox.send(AGENT, "one");
            outbox.send(AGENT, "not any more");
            arrived.await();
            Thread stopping = Thread.ofVirtual().start(worker::close);
            answer.countDown();
            stopping.join();

            assertThat(outbox.delivered()).containsExactly("one");
            assertThat(worker.inFlight()).isZero();
        }
    }

    @Test
    void startAndStopLeaveNothingBehind() throws IOException {
        try (ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            worker.close();
            for (int round = 0; round < 20; round++) {
                worker = worker(DeliverySettings.defaults(), 1_000_000);
                worker.start();
                outbox.send(AGENT, Integer.toString(round));
                int expected = round + 1;
                await().atMost(AMPLE).until(() -> outbox.delivered().size() == expected);
                worker.close();
                assertThat(worker.inFlight()).isZero();
            }
        }
    }
}
