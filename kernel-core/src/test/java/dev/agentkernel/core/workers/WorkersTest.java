package dev.agentkernel.core.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.workers.WorkerLine.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers over a storage in memory. No hint comes by itself: a test gives those that it wants to arrive. */
class WorkersTest {

    private static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final AgentCaller OTHER = new AgentCaller("tab_" + "b".repeat(20), 1);
    private static final UUID OPERATOR = new UUID(1, 1);
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final RunningCommits running = new RunningCommits(storage);
    private final LocalWakeups wakeups = new LocalWakeups();
    private final LocalPresence presence = new LocalPresence("me", "test", clock, wakeups);
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong ids = new AtomicLong();
    private final MessageQueues queues = new MessageQueues(
            running.commits(),
            storage.messages(),
            MessagingSettings.DEFAULT,
            new LeaseKeeper(running.commits(), storage.messages(), MessagingSettings.DEFAULT),
            this::nextId,
            LeaseHolder.takesOf("me"));
    private final Authenticator authenticator = new Authenticator(
            storage,
            new Tokens(new KernelSecret(ByteString.ofHex("07".repeat(32)))),
            wakeups,
            AuthenticationListener.NONE,
            nanos::get);
    private final Workers workers = new Workers(
            queues, authenticator, presence, wakeups, LeaseHolder.socketsOf("me"), this::nextId, nanos::get);

    private UUID nextId() {
        return new UUID(0x7000L, ids.incrementAndGet());
    }

    @BeforeEach
    void start() {
        for (AgentCaller agent : List.of(AGENT, OTHER)) {
            running.leave(new LogRecord.AgentRegistered(
                    agent.address(), OPERATOR, text("token of " + agent.address()), null));
        }
        workers.listen();
    }

    @AfterEach
    void stop() {
        workers.close();
        running.close();
    }

    private static ByteString text(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    private void send(AgentCaller to, String content) {
        queues.send(OTHER, new OutgoingMessage(to.address(), text(content), null));
    }

    /** What a worker gets. */
    private static final class Line implements WorkerLine {

        private final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
        private final CompletableFuture<End> end = new CompletableFuture<>();
        private volatile boolean endedTwice;

        @Override
        public void deliver(List<Delivery> deliveries) {
            delivered.addAll(deliveries);
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void end(End why) {
            endedTwice |= !end.complete(why);
        }

        Delivery next() throws InterruptedException {
            Delivery delivery = delivered.poll(AMPLE.toSeconds(), TimeUnit.SECONDS);
            assertThat(delivery).as("a message").isNotNull();
            return delivery;
        }
    }

    private WorkerSession connect(AgentCaller agent, String workerId, Line line) {
        WorkerSession session = workers.connect(agent, workerId, line);
        session.begin();
        return session;
    }

    @Test
    void oneOfManyThatConnectAsTheSameWorkerAtOnceShouldStayAndGetEverything() throws Exception {
        int sockets = 50;
        for (int i = 0; i < 20; i++) {
            send(AGENT, "m" + i);
        }
        List<Line> lines = IntStream.range(0, sockets).mapToObj(i -> new Line()).toList();
        List<Thread> threads = new ArrayList<>();
        for (Line line : lines) {
            threads.add(Thread.ofVirtual().start(() -> connect(AGENT, "w", line)));
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
            wakeups.agentHasMail(AGENT.address());
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
        Presence looking = new ForwardingPresence(presence) {
            @Override
            public void connected(String address, String workerId, UUID sessionId) {
                if (connecting.get()) {
                    wakeups.workersChanged(address);
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
        try (Workers others = new Workers(
                queues, authenticator, looking, wakeups, LeaseHolder.socketsOf("me"), this::nextId, nanos::get)) {
            others.listen();
            others.connect(AGENT, "w", older).begin();
            connecting.set(true);
            others.connect(AGENT, "w", newer).begin();
            assertThat(older.end.get(AMPLE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(End.DISPLACED);
            send(AGENT, "for the newer");
            wakeups.agentHasMail(AGENT.address());

            assertThat(newer.next().message().content().toUtf8()).isEqualTo("for the newer");
            assertThat(newer.end).isNotDone();
        }
    }

    @Test
    void messageOfWhichNoHintCameShouldArriveWithinSomeRounds() {
        Line line = new Line();
        connect(AGENT, "w", line);
        send(AGENT, "nobody heard of it");

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
        WorkerSession session = connect(AGENT, "w", line);
        send(AGENT, "held");
        wakeups.agentHasMail(AGENT.address());
        Delivery held = line.next();
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(11));
            nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            int records = storage.history().size();
            workers.runOnce();
            await().atMost(AMPLE).until(() -> storage.history().size() > records);
        }
        assertThat(storage.messages().expiredLeases(10)).isEmpty();

        // The kernel hangs for longer than the lease, and somebody else has the message meanwhile.
        clock.advance(Duration.ofSeconds(31));
        assertThat(storage.messages().expiredLeases(10)).hasSize(1);
        queues.giveBack(List.of(held.held()));
        assertThat(queues.take(AGENT, 1).messages()).hasSize(1);

        UUID messageId = held.message().messageId();
        assertThat(session.acknowledge(List.of(messageId)).unknown()).containsExactly(messageId);
    }

    @Test
    void whatAWorkerLeftShouldBeTheNextOnesAtOnce() throws Exception {
        Line first = new Line();
        Line second = new Line();
        WorkerSession dying = connect(AGENT, "first", first);
        send(AGENT, "held");
        wakeups.agentHasMail(AGENT.address());
        Delivery held = first.next();
        connect(AGENT, "second", second);

        dying.disconnected();
        dying.disconnected();

        await().atMost(AMPLE).until(() -> {
            wakeups.agentHasMail(AGENT.address());
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
