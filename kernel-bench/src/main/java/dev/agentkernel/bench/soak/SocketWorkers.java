package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.load.JsonText;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.soak.Ledger.Settlement;
import dev.agentkernel.bench.sockets.WorkerSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Workers with sockets, which come back whenever theirs ends; they acknowledge what they get, or give it back, and send. */
final class SocketWorkers implements AutoCloseable {

    private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int HUNDRED = 100;

    private final Cast cast;
    private final KernelLine line;
    private final Ledger ledger;
    private final Violations violations;
    private final Map<Integer, WorkerSocket> open = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean sending = true;
    private volatile boolean closed;

    SocketWorkers(Cast cast, KernelLine line, Ledger ledger, Violations violations) {
        this.cast = cast;
        this.line = line;
        this.ledger = ledger;
        this.violations = violations;
    }

    void start() {
        for (int index : cast.sockets().indices()) {
            running.incrementAndGet();
            Thread.ofVirtual().start(() -> work(index));
        }
    }

    /** How many are connected. */
    int connected() {
        return open.size();
    }

    /** Lets them only receive from now on. */
    void stopSending() {
        sending = false;
    }

    private void work(int index) {
        RandomGenerator random = new SplittableRandom(index);
        while (!closed) {
            Optional<InetSocketAddress> kernel = line.kernel();
            if (kernel.isPresent()) {
                converse(index, kernel.get(), random);
            }
            LockSupport.parkNanos(RECONNECT_NANOS);
        }
        running.decrementAndGet();
    }

    private void converse(int index, InetSocketAddress kernel, RandomGenerator random) {
        Map<Long, Post> unanswered = new ConcurrentHashMap<>();
        try (WorkerSocket socket = new WorkerSocket(kernel, cast.agent(index), "soak")) {
            open.put(index, socket);
            while (!closed) {
                frame(index, socket, socket.read(), unanswered, random);
            }
        } catch (IOException | BenchmarkFailure ended) {
            // Killed, shutting down, or refused while the database is away: come back.
        } finally {
            open.remove(index);
            unanswered.values().forEach(ledger::unanswered);
        }
    }

    private void frame(int index, WorkerSocket socket, String frame, Map<Long, Post> unanswered, RandomGenerator random)
            throws IOException {
        switch (JsonText.text(frame, "type")) {
            case "message" -> {
                for (ArrivedMessage message : ArrivedMessage.allIn(frame)) {
                    receive(index, socket, message, random);
                    if (sending && random.nextInt(HUNDRED) < 25) {
                        send(index, socket, unanswered, random);
                    }
                }
            }
            case "acked" -> {
                ArrivedMessage.list(frame, "message_ids")
                        .forEach(id -> ledger.settled(id, Settlement.ACKNOWLEDGED, System.nanoTime()));
                ArrivedMessage.list(frame, "unknown").forEach(ledger::stillOpen);
            }
            case "sent" -> {
                Post post = unanswered.remove(Long.parseLong(JsonText.text(frame, "ref")));
                if (post != null) {
                    ledger.accepted(post, JsonText.text(frame, "message_id"));
                }
            }
            case "error" -> {
                if (!JsonText.text(frame, "error").equals("unavailable")) {
                    violations.add("a socket was told " + frame);
                }
                String ref = JsonText.text(frame, "ref");
                Post post = ref.isEmpty() ? null : unanswered.remove(Long.parseLong(ref));
                if (post != null) {
                    ledger.unanswered(post);
                }
            }
            default -> {
                // Nothing that the ledger knows of.
            }
        }
    }

    private void receive(int index, WorkerSocket socket, ArrivedMessage message, RandomGenerator random)
            throws IOException {
        if (!ledger.arrived(index, message, System.nanoTime())) {
            return;
        }
        String ids = "\"message_ids\":[\"" + message.id() + "\"]";
        if (random.nextInt(HUNDRED) < 5) {
            socket.say("{\"type\":\"nack\"," + ids + "}");
            return;
        }
        ledger.inDoubt(message.id());
        socket.say("{\"type\":\"ack\"," + ids + "}");
    }

    private void send(int index, WorkerSocket socket, Map<Long, Post> unanswered, RandomGenerator random)
            throws IOException {
        Post post = ledger.sending(index, cast.correspondentOf(index, random), random.nextBoolean());
        unanswered.put(post.number(), post);
        socket.say("{\"type\":\"send\",\"ref\":\"" + post.number() + "\",\"to\":\""
                + cast.agent(post.to()).address() + "\",\"content\":\"" + post.content() + "\""
                + (post.keyed() ? ",\"idempotency_key\":\"" + post.idempotencyKey() + "\"" : "") + "}");
    }

    @Override
    public void close() {
        closed = true;
        while (running.get() > 0) {
            open.values().forEach(WorkerSocket::close);
            LockSupport.parkNanos(RECONNECT_NANOS / 10);
        }
    }
}
