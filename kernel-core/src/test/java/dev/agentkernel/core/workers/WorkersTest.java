package dev.agentkernel.core.workers;

import static dev.agentkernel.core.workers.WorkersFixture.AGENT;
import static dev.agentkernel.core.workers.WorkersFixture.AMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.workers.WorkerLine.End;
import dev.agentkernel.core.workers.WorkersFixture.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who gets the messages when workers come, go and hang. */
class WorkersTest {

    @RegisterExtension
    private final WorkersFixture fixture = new WorkersFixture();

    private final Workers workers = fixture.workers;

    @Test
    void oneOfManyThatConnectAsTheSameWorkerAtOnceShouldStayAndGetEverything() throws Exception {
        int sockets = 50;
        fixture.send(20);
        List<Line> lines = IntStream.range(0, sockets).mapToObj(i -> new Line()).toList();
        List<Thread> threads = new ArrayList<>();
        for (Line line : lines) {
            threads.add(Thread.ofVirtual().start(() -> fixture.connect(AGENT, "w", line)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().atMost(AMPLE)
                .until(() -> lines.stream().filter(line -> line.end.isDone()).count() == sockets - 1);
        Line left =
                lines.stream().filter(line -> !line.end.isDone()).findFirst().orElseThrow();
        // What was in the hands of those who had to go is given back, of which no hint tells here.
        await().atMost(AMPLE).until(() -> {
            fixture.tellOfMail();
            return left.delivered.size() >= 20;
        });

        assertThat(left.delivered)
                .extracting(delivery -> delivery.message().content().toUtf8())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
        assertThat(lines).noneMatch(line -> line.endedTwice);
        assertThat(lines.stream().filter(line -> line.end.isDone()).map(line -> line.end.join()))
                .containsOnly(End.DISPLACED);
        assertThat(workers.connected()).isEqualTo(1);
    }

    /** A look for connections elsewhere falls right between the steps of a connect. */
    @Test
    void workerThatConnectsAnewShouldNotBeTakenForTheOneThatItDisplaces() throws Exception {
        Line older = new Line();
        Line newer = new Line();
        CountDownLatch looked = new CountDownLatch(1);
        AtomicBoolean connecting = new AtomicBoolean();
        Presence looking = new ForwardingPresence(fixture.presence) {
            @Override
            public void connected(String address, String workerId, UUID sessionId) {
                if (connecting.get()) {
                    fixture.wakeups.workersChanged(address);
                    awaitQuietly(looked);
                }
                super.connected(address, workerId, sessionId);
            }

            @Override
            public Optional<UUID> sessionOf(String address, String workerId) {
                Optional<UUID> found = super.sessionOf(address, workerId);
                if (connecting.get()) {
                    looked.countDown();
                }
                return found;
            }
        };
        try (Workers others = fixture.workersIn(looking)) {
            others.listen();
            others.connect(AGENT, "w", older).begin();
            connecting.set(true);
            others.connect(AGENT, "w", newer).begin();
            assertThat(older.awaitEnd()).isEqualTo(End.DISPLACED);
            fixture.send("for the newer");
            fixture.tellOfMail();

            assertThat(newer.nextText()).isEqualTo("for the newer");
            assertThat(newer.end).isNotDone();
        }
    }

    @Test
    void messageOfWhichNoHintCameShouldArriveWithinSomeRounds() {
        Line line = new Line();
        fixture.connect(AGENT, "w", line);
        fixture.send("nobody heard of it");

        await().pollInterval(Duration.ofMillis(5)).atMost(AMPLE).until(() -> {
            workers.runOnce();
            return line.delivered.size() == 1;
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(AMPLE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Presence as it is, for a test to come between. */
    private static class ForwardingPresence implements Presence {

        private final Presence presence;

        ForwardingPresence(Presence presence) {
            this.presence = presence;
        }

        @Override
        public void connected(String address, String workerId, UUID sessionId) {
            presence.connected(address, workerId, sessionId);
        }

        @Override
        public void disconnected(String address, String workerId, UUID sessionId) {
            presence.disconnected(address, workerId, sessionId);
        }

        @Override
        public Optional<UUID> sessionOf(String address, String workerId) {
            return presence.sessionOf(address, workerId);
        }

        @Override
        public boolean isConnected(String address) {
            return presence.isConnected(address);
        }

        @Override
        public ClusterView view(int workersMax) {
            return presence.view(workersMax);
        }
    }

    @Test
    void leaseShouldBeRenewedWhileTheWorkerIsConnectedAndEndWhenItsKernelHangs() throws Exception {
        Line line = new Line();
        WorkerSession session = fixture.connect(AGENT, "w", line);
        fixture.send("held");
        fixture.tellOfMail();
        Delivery held = line.next();
        for (int i = 0; i < 10; i++) {
            fixture.clock.advance(Duration.ofSeconds(11));
            fixture.nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            int records = fixture.storage.history().size();
            workers.runOnce();
            await().atMost(AMPLE).until(() -> fixture.storage.history().size() > records);
        }
        assertThat(fixture.storage.messages().expiredLeases(10)).isEmpty();

        // The kernel hangs for longer than the lease, and somebody else has the message meanwhile.
        fixture.clock.advance(Duration.ofSeconds(31));
        assertThat(fixture.storage.messages().expiredLeases(10)).hasSize(1);
        fixture.queues.giveBack(List.of(held.held()));
        assertThat(fixture.queues.take(AGENT, 1).messages()).hasSize(1);

        UUID messageId = held.message().messageId();
        assertThat(session.acknowledge(List.of(messageId)).unknown()).containsExactly(messageId);
    }

    @Test
    void whatAWorkerLeftShouldBeTheNextOnesAtOnce() throws Exception {
        Line first = new Line();
        Line second = new Line();
        WorkerSession dying = fixture.connect(AGENT, "first", first);
        fixture.send("held");
        fixture.tellOfMail();
        Delivery held = first.next();
        fixture.connect(AGENT, "second", second);

        dying.disconnected();
        dying.disconnected();

        await().atMost(AMPLE).until(() -> {
            fixture.tellOfMail();
            return !second.delivered.isEmpty();
        });
        Delivery again = second.next();
        assertThat(again.message().messageId()).isEqualTo(held.message().messageId());
        assertThat(again.attempt()).isEqualTo(2);
        UUID messageId = held.message().messageId();
        assertThat(dying.acknowledge(List.of(messageId)).unknown()).containsExactly(messageId);
        assertThat(workers.connected()).isEqualTo(1);
    }
}
