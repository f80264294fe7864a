package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Wakeups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints across the replicas of one database. Within the process they are handed on at once; to the others they go by LISTEN and
 * NOTIFY, gathered for some milliseconds. A poll finds out what no notification told, so all of them may be lost.
 */
public final class PostgresWakeups implements Wakeups, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresWakeups.class);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final LocalWakeups local = new LocalWakeups();
    private final HintBuffer buffer = new HintBuffer();
    private final boolean notifies;
    private final HintSender sender;
    private final HintReceiver receiver;
    private final HintPoll poll;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /**
     * How hints travel.
     *
     * @param notifies whether by notifications, which need a session of their own each; else by the poll alone, as behind a
     *     pooler that lends a session for a transaction only
     * @param pollInterval how long a hint that was lost delays anything
     */
    public record Settings(boolean notifies, Duration pollInterval) {}

    PostgresWakeups(Settings settings, CommitConnection.ConnectionSource source, PooledReads reads, String replica) {
        // Not the replica's name: whoever has it after this process must not take our hints for its own.
        String origin = UUID.randomUUID().toString();
        OwnEcho echo = new OwnEcho();
        this.notifies = settings.notifies();
        this.sender = new HintSender(source, buffer, echo, origin);
        this.receiver = new HintReceiver(source, local, echo, origin, HintReceiver.SILENCE_MAX);
        this.poll = new HintPoll(reads, local, replica, settings.pollInterval());
    }

    /** Begins to send, to listen and to poll. */
    void start() {
        if (notifies) {
            run("kernel-hints-out", sender::runOnce, sender::close);
            run("kernel-hints-in", receiver::runOnce, receiver::close);
        }
        run("kernel-hints-poll", poll::runOnce, () -> {});
    }

    /** A step of a loop. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private void run(String name, Step step, Runnable atEnd) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                while (!closed) {
                    runGuarded(step);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                atEnd.run();
            }
        }));
    }

    private static void runGuarded(Step step) throws InterruptedException {
        try {
            step.run();
        } catch (RuntimeException fault) {
            log.error("A round of hints failed", fault);
        }
    }

    private void publish(Hint hint) {
        hint.deliverTo(local);
        if (notifies) {
            buffer.add(hint);
        }
    }

    @Override
    public void agentHasMail(String address) {
        publish(new Hint.Mail(address));
    }

    @Override
    public void agentHasPush(String address) {
        publish(new Hint.Push(address));
    }

    @Override
    public void logReached(long seq) {
        publish(new Hint.Log(seq));
    }

    @Override
    public void stateChanged(int keyHash) {
        publish(new Hint.State(keyHash));
    }

    @Override
    public void credentialRevoked(Caller current) {
        publish(new Hint.Revoked(current));
    }

    @Override
    public void someCredentialsRevoked() {
        local.someCredentialsRevoked();
    }

    @Override
    public void workersChanged(String address) {
        publish(new Hint.Workers(address));
    }

    @Override
    public void replicaDied(String name) {
        local.replicaDied(name);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return local.subscribe(listener);
    }

    /** How many notifications this replica has sent to the others since its start. */
    public long notificationsSent() {
        return sender.sent();
    }

    /** Stops; hints that were not sent yet are lost, as any may be. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                if (!thread.join(STOP_TIMEOUT)) {
                    log.warn("{} did not stop within {}", thread.getName(), STOP_TIMEOUT);
                }
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
