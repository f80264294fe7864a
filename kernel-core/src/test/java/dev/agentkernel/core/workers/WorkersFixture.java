package dev.agentkernel.core.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Credential;
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
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.SharedCredentials;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Workers of two agents over a storage in memory. No hint comes by itself: a test gives those that it wants to arrive. As an
 * extension of a test its workers listen to them from the beginning, and it closes itself.
 */
final class WorkersFixture implements BeforeEachCallback, AfterEachCallback, AutoCloseable {

    static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    static final AgentCaller OTHER = new AgentCaller("tab_" + "b".repeat(20), 1);
    static final Duration AMPLE = Duration.ofSeconds(60);

    final SettableClock clock = new SettableClock();
    final MemoryStorage storage = new MemoryStorage(clock);
    final RunningCommits running = new RunningCommits(storage);
    final LocalWakeups wakeups = new LocalWakeups();
    final LocalPresence presence = new LocalPresence("me", "test", clock, wakeups);
    final AtomicLong nanos = new AtomicLong();
    final Credentials credentials = new Credentials(storage);

    /** Called whenever an id is needed, for example just before messages are leased. */
    volatile Runnable beforeId = () -> {};

    private final AtomicLong ids = new AtomicLong();
    final MessageQueues queues = new MessageQueues(
            running.commits(),
            storage.messages(),
            MessagingSettings.DEFAULT,
            new LeaseKeeper(running.commits(), storage.messages(), MessagingSettings.DEFAULT),
            this::nextId,
            LeaseHolder.takesOf("me"));
    private final Authenticator authenticator = new Authenticator(
            credentials,
            new Tokens(new KernelSecret(ByteString.ofHex("07".repeat(32)))),
            wakeups,
            AuthenticationListener.NONE,
            nanos::get);
    final Workers workers = workersIn(presence);

    /** More workers of the same queues, who see others by a presence of their own. */
    Workers workersIn(Presence seen) {
        return new Workers(queues, authenticator, seen, wakeups, LeaseHolder.socketsOf("me"), this::nextId, nanos::get);
    }

    WorkersFixture() {
        for (AgentCaller agent : List.of(AGENT, OTHER)) {
            running.leave(new LogRecord.AgentRegistered(
                    agent.address(), new UUID(1, 1), text("token of " + agent.address()), null));
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        workers.listen();
    }

    private UUID nextId() {
        beforeId.run();
        return new UUID(0x7000L, ids.incrementAndGet());
    }

    /** How many ids were needed so far. */
    long ids() {
        return ids.get();
    }

    static ByteString text(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    /** The agent's token is replaced, and nobody tells. */
    void replaceToken() {
        running.leave(new LogRecord.AgentTokenRotated(AGENT.address(), 2, text("new token")));
    }

    void send(int messages) {
        for (int i = 0; i < messages; i++) {
            send("m" + i);
        }
    }

    void send(String content) {
        queues.send(OTHER, new OutgoingMessage(AGENT.address(), text(content), null));
    }

    /** The hint that the agent has mail. */
    void tellOfMail() {
        wakeups.agentHasMail(AGENT.address());
    }

    WorkerSession connect(AgentCaller caller, String workerId, Line line) {
        WorkerSession session = workers.connect(caller, workerId, line);
        session.begin();
        return session;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        workers.close();
        running.close();
    }

    /** What a worker gets. */
    static final class Line implements WorkerLine {

        final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
        final CompletableFuture<End> end = new CompletableFuture<>();
        volatile boolean endedTwice;
        /** How often somebody looked whether there is room. */
        final AtomicInteger looks = new AtomicInteger();

        private final AtomicBoolean room;

        Line() {
            this(new AtomicBoolean(true));
        }

        Line(AtomicBoolean room) {
            this.room = room;
        }

        @Override
        public void deliver(List<Delivery> deliveries) {
            delivered.addAll(deliveries);
        }

        @Override
        public boolean hasRoom() {
            boolean has = room.get();
            looks.incrementAndGet();
            return has;
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

        String nextText() throws InterruptedException {
            return next().message().content().toUtf8();
        }

        End awaitEnd() throws Exception {
            return end.get(AMPLE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Credentials that other processes may end, of which no hint tells. */
    static final class Credentials implements CredentialStore, SharedCredentials {

        final Map<String, Integer> versions = new ConcurrentHashMap<>();
        /** How many were asked for each time. */
        final List<Integer> asked = new CopyOnWriteArrayList<>();

        final AtomicInteger failing = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        private final MemoryStorage storage;

        Credentials(MemoryStorage storage) {
            this.storage = storage;
        }

        @Override
        public Optional<Credential> find(ByteString digest) {
            return storage.find(digest);
        }

        @Override
        public Optional<SharedCredentials> shared() {
            return Optional.of(this);
        }

        @Override
        public long ended() {
            return 0;
        }

        @Override
        public Map<String, Integer> versionsOf(Collection<String> addresses) {
            asked.add(addresses.size());
            if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                failed.incrementAndGet();
                throw MemoryStorage.away();
            }
            return Map.copyOf(versions);
        }
    }
}
