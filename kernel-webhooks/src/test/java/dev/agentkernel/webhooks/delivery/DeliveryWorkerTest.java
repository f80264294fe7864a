package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.limits.LocalRateLimits;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.webhooks.WebhookSignature;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.WebhookUrlSettings;
import dev.agentkernel.webhooks.delivery.DeliveryListener.Outcome;
import dev.agentkernel.webhooks.exchange.ExchangeSettings;
import dev.agentkernel.webhooks.exchange.WebhookExchange;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import dev.agentkernel.webhooks.testing.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Delivery against a receiver that speaks TLS, with time that moves only when it is told to. */
class DeliveryWorkerTest {

    private static final TestIdentity IDENTITY = TestIdentity.create();
    private static final String AGENT = "tab_agent";
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final LocalWakeups wakeups = new LocalWakeups();
    private final LocalPresence presence = new LocalPresence("single", "test", clock, wakeups);
    private final FakeOutbox outbox = new FakeOutbox(clock, wakeups);
    private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicReference<String> fields = new AtomicReference<>("");
    private final WebhookUrlGuard guard = new WebhookUrlGuard(
            WebhookUrlSettings.defaults().withDevelopment(false, true),
            name -> List.of(InetAddress.getByName("127.0.0.1")));
    private final WebhookExchange exchange = new WebhookExchange(
            ExchangeSettings.defaults().within(AMPLE, AMPLE), IDENTITY.context().getSocketFactory());
    private DeliveryWorker worker = worker(DeliverySettings.defaults(), 1_000_000);

    private DeliveryWorker worker(DeliverySettings settings, long perMinute) {
        Map<RateCategory, Budget> budgets =
                new EnumMap<>(RateLimitSettings.defaults().budgets());
        budgets.put(RateCategory.WEBHOOK_DELIVERY, Budget.perMinute(perMinute));
        LocalRateLimits limits = new LocalRateLimits(
                new RateLimitSettings(budgets),
                clock,
                () -> TimeUnit.MILLISECONDS.toNanos(clock.instant().toEpochMilli()));
        DeliveryWorker made = new DeliveryWorker(
                settings,
                new WebhookCalls(guard, exchange, clock),
                new DeliveryWorker.Surroundings(
                        outbox, limits, presence, wakeups, clock, (outcome, took) -> outcomes.add(outcome)));
        made.listen();
        return made;
    }

    @AfterEach
    void close() {
        worker.close();
        exchange.close();
        guard.close();
    }

    private ScriptedReceiver receiver() throws IOException {
        return ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
            while (true) {
                visit.read();
                visit.write("HTTP/1.1 " + status.get() + " Status\r\n" + fields.get() + "Content-Length: 0\r\n\r\n");
            }
        });
    }

    private void register(String address, ScriptedReceiver receiver) {
        outbox.register(address, "https://" + TestIdentity.HOST + ":" + receiver.port() + "/" + address);
    }

    /** Lets the worker go on until nothing is left that it could do at this time. */
    private void settle() {
        outbox.sweep();
        await().atMost(AMPLE).until(() -> worker.runOnce() == 0 && worker.inFlight() == 0 && worker.runOnce() == 0);
    }

    private void settleAfter(Duration time) {
        clock.advance(time);
        settle();
    }

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

    /** A hundred that hang, and one that does well. */
    @Test
    void hangingReceiversDelayNobodyElse() throws IOException {
        try (ScriptedReceiver hanging = ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", ScriptedReceiver.Visit::hang);
                ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            outbox.setHealth(
                    AGENT,
                    WebhookHealth.UNKNOWN.delivered(
                            new WebhookAttempt(clock.instant(), new UUID(1, 1), 200, WebhookAttempt.DELIVERED)));
            for (int i = 0; i < 200; i++) {
                outbox.register("tab_" + i, "https://h" + i + ".example.test:" + hanging.port() + "/");
                outbox.send("tab_" + i, "never");
            }
            outbox.send(AGENT, "at once");

            await().atMost(AMPLE).until(() -> {
                worker.runOnce();
                return outbox.delivered().contains("at once");
            });

            assertThat(worker.inFlight()).as("a quarter of the places").isEqualTo(25);
        }
        exchange.close();
    }

    @Test
    void fewCallsGoToOneHost() throws IOException {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        Semaphore go = new Semaphore(0);
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
            while (true) {
                visit.read();
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                go.acquireUninterruptibly();
                now.decrementAndGet();
                visit.write("HTTP/1.1 204 No Content\r\n\r\n");
            }
        })) {
            for (int i = 0; i < 20; i++) {
                register("tab_" + i, receiver);
                outbox.send("tab_" + i, Integer.toString(i));
            }
            await().atMost(AMPLE).until(() -> {
                worker.runOnce();
                return now.get() == 4 && worker.runOnce() == 0;
            });
            go.release(20);
            settle();

            assertThat(outbox.delivered()).hasSize(20);
            assertThat(most.get()).isEqualTo(4);
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
