package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import dev.agentkernel.webhooks.testing.TestIdentity;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Receivers that hang, and whoever shares places with them: nobody waits for what another does not need. */
class NeighboursTest extends DeliveryTest {

    private static final int HANGING = 200;
    private static final int PLACES = DeliverySettings.defaults().concurrentMax();

    /** The endpoint has taken a message before. */
    private void prove(String address) {
        outbox.setHealth(
                address,
                WebhookHealth.UNKNOWN.delivered(
                        new WebhookAttempt(clock.instant(), new UUID(1, 1), 200, WebhookAttempt.DELIVERED)));
    }

    /** Half of them take a connection and say nothing, half a request and do not answer it. */
    @Test
    void hangingReceiversDelayNobodyElse() throws IOException {
        try (ScriptedReceiver silent = ScriptedReceiver.plain("127.0.0.1", ScriptedReceiver.Visit::hang);
                ScriptedReceiver mute = ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
                    visit.read();
                    visit.hang();
                });
                ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            prove(AGENT);
            for (int i = 0; i < HANGING; i++) {
                int port = (i % 2 == 0 ? silent : mute).port();
                outbox.register("tab_" + i, "https://h" + i + TestIdentity.NEIGHBOURS + ":" + port + "/");
                outbox.send("tab_" + i, "never");
            }
            outbox.send(AGENT, "at once");

            await().atMost(AMPLE).until(() -> {
                worker.runOnce();
                return !outcomes.isEmpty();
            });

            assertThat(outbox.delivered()).containsExactly("at once");
            // A quarter of the places are theirs.
            await().atMost(AMPLE).until(() -> worker.inFlight() == 25);
        }
    }

    /** All have done well so far, so that nothing but their slowness sets them apart from the one that goes on doing so. */
    @Test
    void receiversThatBeginToHangTogetherDelayTheOthersForAMoment() throws IOException {
        try (ScriptedReceiver silent = ScriptedReceiver.plain("127.0.0.1", ScriptedReceiver.Visit::hang);
                ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            prove(AGENT);
            for (int i = 0; i < HANGING; i++) {
                hang("tab_" + i, silent);
            }
            outbox.send(AGENT, "in a moment");

            for (int hanging = PLACES; hanging <= HANGING; hanging += PLACES) {
                int soMany = hanging;
                await().atMost(AMPLE).until(() -> {
                    worker.runOnce();
                    return silent.connections() == soMany;
                });
                assertThat(worker.inFlight()).isEqualTo(hanging);
                assertThat(outbox.delivered()).isEmpty();
                clock.advance(DeliverySettings.defaults().slowAfter());
            }
            await().atMost(AMPLE).until(() -> {
                worker.runOnce();
                return !outcomes.isEmpty();
            });

            assertThat(outbox.delivered()).containsExactly("in a moment");
            assertThat(worker.slow()).isEqualTo(HANGING);
        }
    }

    @Test
    void endpointsOfOneOperatorLeavePlacesToTheOthers() throws IOException {
        UUID hostile = new UUID(0, 7);
        try (ScriptedReceiver silent = ScriptedReceiver.plain("127.0.0.1", ScriptedReceiver.Visit::hang);
                ScriptedReceiver receiver = receiver()) {
            register(AGENT, receiver);
            prove(AGENT);
            for (int i = 0; i < HANGING; i++) {
                outbox.setOperator("tab_" + i, hostile);
                hang("tab_" + i, silent);
            }
            outbox.send(AGENT, "at once");

            await().atMost(AMPLE).until(() -> {
                worker.runOnce();
                return !outcomes.isEmpty();
            });

            assertThat(outbox.delivered()).containsExactly("at once");
            await().atMost(AMPLE).until(() -> worker.inFlight() == PLACES / 2);
        }
    }

    /** Sends to an agent whose receiver did well so far. */
    private void hang(String address, ScriptedReceiver silent) {
        outbox.register(
                address, "https://" + address.replace('_', '-') + TestIdentity.NEIGHBOURS + ":" + silent.port() + "/");
        prove(address);
        outbox.send(address, "never");
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

    /** Whose turn it was has nothing to send any more when it comes: the place is the next one's. */
    @Test
    void placeThatIsNotNeededGoesToTheNextInLine() throws IOException {
        AtomicInteger arrived = new AtomicInteger();
        Semaphore go = new Semaphore(0);
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, "127.0.0.1", visit -> {
            while (true) {
                visit.read();
                arrived.incrementAndGet();
                go.acquireUninterruptibly();
                visit.write("HTTP/1.1 204 No Content\r\n\r\n");
            }
        })) {
            for (int i = 0; i < 10; i++) {
                register("tab_" + i, receiver);
                outbox.send("tab_" + i, Integer.toString(i));
            }
            await().atMost(AMPLE).until(() -> worker.runOnce() == 0 && arrived.get() == 4);
            for (int i = 4; i < 8; i++) {
                outbox.handOverWaiting("tab_" + i);
            }
            go.release(10);
            settle();

            assertThat(outbox.delivered()).containsExactlyInAnyOrder("0", "1", "2", "3", "8", "9");
        }
    }
}
