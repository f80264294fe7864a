package dev.agentkernel.webhooks.delivery;

import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.limits.LocalRateLimits;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.WebhookUrlSettings;
import dev.agentkernel.webhooks.delivery.DeliveryListener.Outcome;
import dev.agentkernel.webhooks.exchange.ExchangeSettings;
import dev.agentkernel.webhooks.exchange.WebhookExchange;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import dev.agentkernel.webhooks.testing.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;

/** A worker that delivers to receivers that speak TLS, with time that moves only when it is told to. */
abstract class DeliveryTest {

    static final TestIdentity IDENTITY = TestIdentity.create();
    static final String AGENT = "tab_agent";
    static final Duration AMPLE = Duration.ofSeconds(60);

    final SettableClock clock = new SettableClock();
    private final LocalWakeups wakeups = new LocalWakeups();
    final LocalPresence presence = new LocalPresence("single", "test", clock, wakeups);
    final FakeOutbox outbox = new FakeOutbox(clock, wakeups);
    final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    final AtomicInteger status = new AtomicInteger(200);
    final AtomicReference<String> fields = new AtomicReference<>("");
    private final WebhookUrlGuard guard = new WebhookUrlGuard(
            new WebhookUrlSettings(false, true, Set.of(443), 2_048, AMPLE, 100),
            name -> List.of(InetAddress.getByName("127.0.0.1")));
    final WebhookExchange exchange = new WebhookExchange(
            ExchangeSettings.defaults().within(AMPLE, Duration.ofHours(1)).bodyWithin(AMPLE),
            IDENTITY.context().getSocketFactory());
    DeliveryWorker worker = worker(DeliverySettings.defaults(), 1_000_000);

    DeliveryWorker worker(DeliverySettings settings, long perMinute) {
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

    ScriptedReceiver receiver() throws IOException {
        return ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
            while (true) {
                visit.read();
                visit.write("HTTP/1.1 " + status.get() + " Status\r\n" + fields.get() + "Content-Length: 0\r\n\r\n");
            }
        });
    }

    void register(String address, ScriptedReceiver receiver) {
        outbox.register(address, "https://" + TestIdentity.HOST + ":" + receiver.port() + "/" + address);
    }

    /** Lets the worker go on until nothing is left that it could do at this time. */
    void settle() {
        outbox.sweep();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(AMPLE)
                .until(() -> worker.runOnce() == 0 && worker.inFlight() == 0 && worker.runOnce() == 0);
    }

    void settleAfter(Duration time) {
        clock.advance(time);
        settle();
    }
}
