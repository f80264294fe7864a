package dev.agentkernel.core.workers;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.messages.Deliveries;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of agents that are connected to this process, and the dealing out of messages to them. Messages are leased and reach
 * the workers of an agent in their order, each one of them; the leases of many agents go with few commits. An idle worker costs no
 * thread. Safe for use by many threads.
 */
public final class Workers implements AutoCloseable {

    /** The most workers that one agent may have connected to this process. */
    public static final int WORKERS_PER_AGENT_MAX = 64;

    /** How long a lease holds if nobody renews it; it matters only when this process dies or hangs. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration RENEWED_AFTER = Duration.ofSeconds(10);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Agents whose credentials are looked up at once. */
    private static final int LOOKED_UP_MAX = 1_000;

    /** Rounds within which everybody looks for messages unasked, so that a hint that is lost only delays. */
    private static final int LOOK_ROUNDS = 30;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    /** Content that is leased with one commit, unless the first message alone is larger. */
    private static final long BYTES_PER_LEASE_MAX = 1L << 20;

    /** Agents whose messages are dealt out at once: enough to fill the batches, and no flood when thousands come back. */
    private static final int DEALING_AT_ONCE_MAX = 256;

    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    private final MessageQueues messages;
    private final Authenticator authenticator;
    private final Presence presence;
    private final Wakeups wakeups;
    private final LeaseHolder holder;
    private final Supplier<UUID> ids;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, AgentWorkers> agents = new ConcurrentHashMap<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final Semaphore dealingAtOnce = new Semaphore(DEALING_AT_ONCE_MAX);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("workers-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-workers").daemon().unstarted(task));
    private volatile boolean credentialsDied;
    private int round;
    private Wakeups.@Nullable Subscription subscription;

    /**
     * Makes workers of nobody, who get nothing before {@link #start}.
     *
     * @param holder under whose name this process holds what is in the workers' hands
     * @param ids gives version 7 UUIDs
     * @param nanoTime a clock that never goes back
     */
    public Workers(
            MessageQueues messages,
            Authenticator authenticator,
            Presence presence,
            Wakeups wakeups,
            LeaseHolder holder,
            Supplier<UUID> ids,
            LongSupplier nanoTime) {
        this.messages = messages;
        this.authenticator = authenticator;
        this.presence = presence;
        this.wakeups = wakeups;
        this.holder = holder;
        this.ids = ids;
        this.nanoTime = nanoTime;
    }

    /** Listens to hints and begins to renew leases. */
    public void start() {
        listen();
        long period = PERIOD.toMillis();
        var unused = timer.scheduleWithFixedDelay(this::runOnce, period, period, TimeUnit.MILLISECONDS);
    }

    /** Listens to hints alone; tests drive {@link #runOnce} themselves. */
    void listen() {
        subscription = wakeups.subscribe(new Hints());
    }

    /**
     * Connects a worker, which gets messages as soon as its session begins. If the same worker of the same agent is connected, that
     * session ends and its messages go to others.
     *
     * @throws RefusedException {@code bad_request} as {@link LeaseHolder#requireWorkerId} says, {@code too_many_connections} beyond {@link
     *     #WORKERS_PER_AGENT_MAX}
     */
    public WorkerSession connect(AgentCaller caller, String workerId, WorkerLine line) {
        LeaseHolder.requireWorkerId(workerId);
        AtomicReference<@Nullable WorkerSession> displaced = new AtomicReference<>();
        AtomicReference<@Nullable WorkerSession> made = new AtomicReference<>();
        agents.compute(caller.address(), (address, present) -> {
            AgentWorkers workers = present == null ? new AgentWorkers(address, this) : present;
            WorkerSession session = new WorkerSession(ids.get(), caller, workerId, line, workers, messages);
            // First, and in the order in which they join: who comes last is the one, also for whoever looks right now.
            presence.connected(address, workerId, session.id());
            displaced.set(join(workers, session));
            made.set(session);
            return workers;
        });
        connected.incrementAndGet();
        WorkerSession older = displaced.get();
        if (older != null) {
            older.end(WorkerLine.End.DISPLACED);
        }
        return Objects.requireNonNull(made.get());
    }

    private @Nullable WorkerSession join(AgentWorkers workers, WorkerSession session) {
        try {
            return workers.join(session);
        } catch (RefusedException tooMany) {
            presence.disconnected(workers.address(), session.workerId(), session.id());
            throw tooMany;
        }
    }

    /** How many workers are connected to this process. */
    public int connected() {
        return connected.get();
    }

    // --- for the workers of one agent

    long now() {
        return nanoTime.getAsLong();
    }

    Deliveries lease(AgentCaller caller, int messagesMax, boolean expected) {
        return expected
                ? messages.leaseExpected(caller, holder, messagesMax, BYTES_PER_LEASE_MAX, LEASE)
                : messages.lease(caller, holder, messagesMax, BYTES_PER_LEASE_MAX, LEASE);
    }

    void run(Runnable dealing) {
        execute(() -> {
            dealingAtOnce.acquireUninterruptibly();
            try {
                dealing.run();
            } finally {
                dealingAtOnce.release();
            }
        });
    }

    private void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException stopped) {
            log.debug("Workers have stopped");
        }
    }

    /** Tells of it; dealing out is tried again in the next round, as for whoever had no room. */
    void dealingFailed(AgentWorkers agent, RuntimeException fault) {
        if (fault instanceof RefusedException || fault instanceof StorageException) {
            log.debug("Messages of {} are not dealt out at present: {}", agent.address(), fault.getMessage());
        } else {
            log.error("Messages of {} could not be dealt out; it is tried again", agent.address(), fault);
        }
    }

    void giveBack(List<HeldLease> held) {
        if (!held.isEmpty()) {
            messages.giveBack(held);
        }
    }

    /** A session has ended, which it says once: its messages go back without anybody waiting for it. */
    void left(String address, WorkerSession session, List<HeldLease> held) {
        agents.computeIfPresent(address, (any, workers) -> {
            workers.remove(session);
            return workers.isEmpty() ? null : workers;
        });
        connected.decrementAndGet();
        presence.disconnected(address, session.workerId(), session.id());
        if (!held.isEmpty()) {
            execute(() -> giveBack(held));
        }
    }

    // --- time and hints

    /** One round: renews leases that have aged, tries again what failed, and lets some look unasked. For one thread. */
    public void runOnce() {
        if (credentialsDied) {
            execute(this::endDeadSessions);
        }
        long now = now();
        round = (round + 1) % LOOK_ROUNDS;
        for (AgentWorkers agent : agents.values()) {
            if (Math.floorMod(agent.address().hashCode(), LOOK_ROUNDS) == round) {
                agent.wake();
            } else {
                agent.hasRoomAgain();
            }
            for (WorkerSession session : agent.sessions()) {
                if (session.beginRenewal(RENEWED_AFTER.toNanos(), now)) {
                    run(() -> renew(session, now));
                }
            }
        }
    }

    private void renew(WorkerSession session, long now) {
        try {
            session.renew(LEASE, now);
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.UNAUTHORIZED) {
                session.end(WorkerLine.End.REVOKED);
            }
        } catch (StorageException away) {
            log.debug("Leases of worker {} are not renewed at present: {}", session.workerId(), away.getMessage());
        }
    }

    /** Credentials died, and nobody told which: ends the sessions that went by one; what cannot be looked up is left for later. */
    private void endDeadSessions() {
        credentialsDied = false;
        List<String> connectedAgents = List.copyOf(agents.keySet());
        try {
            for (int from = 0; from < connectedAgents.size(); from += LOOKED_UP_MAX) {
                List<String> some =
                        connectedAgents.subList(from, Math.min(from + LOOKED_UP_MAX, connectedAgents.size()));
                Map<String, Integer> versions = authenticator.versionsOf(some);
                for (String address : some) {
                    AgentWorkers agent = agents.get(address);
                    if (agent != null) {
                        agent.revokeBelow(versions.getOrDefault(address, Integer.MAX_VALUE));
                    }
                }
            }
        } catch (StorageException away) {
            credentialsDied = true;
            log.debug("Nobody knows at present whose credential died: {}", away.getMessage());
        }
    }

    private final class Hints implements Wakeups.Listener {

        @Override
        public void onAgentHasMail(String address) {
            AgentWorkers agent = agents.get(address);
            if (agent != null) {
                agent.wakeForMail();
            }
        }

        @Override
        public void onCredentialRevoked(Caller current) {
            if (current instanceof AgentCaller revoked) {
                AgentWorkers agent = agents.get(revoked.address());
                if (agent != null) {
                    execute(() -> agent.revokeBelow(revoked.credentialVersion()));
                }
            }
        }

        @Override
        public void onSomeCredentialsRevoked() {
            execute(Workers.this::endDeadSessions);
        }

        @Override
        public void onWorkersChanged(String address) {
            AgentWorkers agent = agents.get(address);
            if (agent != null) {
                execute(() -> lookForOtherConnections(agent));
            }
        }

        @Override
        public void onRescan() {
            execute(() -> {
                for (AgentWorkers agent : agents.values()) {
                    agent.wake();
                    lookForOtherConnections(agent);
                }
            });
        }
    }

    private void lookForOtherConnections(AgentWorkers agent) {
        agent.displaceBy(workerId -> presence.sessionOf(agent.address(), workerId));
    }

    /** Ends every session and gives back what is in the workers' hands; durable when this returns. */
    @Override
    public void close() {
        timer.shutdownNow();
        if (subscription != null) {
            subscription.close();
        }
        agents.values().forEach(agent -> agent.sessions().forEach(WorkerSession::disconnected));
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("Messages of workers could not be given back within {}; their leases run out", STOP_TIMEOUT);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
