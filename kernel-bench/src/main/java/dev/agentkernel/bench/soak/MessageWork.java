package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.BlockingConnection.Received;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.JsonText;
import dev.agentkernel.bench.soak.Ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Sends, takes, leases, acknowledges, gives back and prolongs, and enters all of it into the ledger. */
final class MessageWork {

    private static final int LEASE_SECONDS = 12;
    private static final int LEASED_AT_ONCE = 10;
    private static final int HUNDRED = 100;

    /** A lease that holds for longer must still hold when an answer comes sooner. */
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Until every lease has ended. */
    static final Duration LEASES_END = Duration.ofSeconds(LEASE_SECONDS + 2);

    private final Cast cast;
    private final Answers answers;
    private final Ledger ledger;

    MessageWork(Cast cast, Answers answers, Ledger ledger) {
        this.cast = cast;
        this.answers = answers;
        this.ledger = ledger;
    }

    /** Sends what is still owed an answer, or something new. */
    void send(RandomGenerator random) {
        Optional<Post> owed = ledger.nextRetry();
        if (owed.isPresent()) {
            send(owed.get());
        } else {
            int from = cast.anybody(random);
            send(ledger.sending(from, cast.correspondentOf(from, random), random.nextBoolean()));
        }
    }

    /** Sends again what was accepted under a key. */
    void repeat(RandomGenerator random) {
        ledger.acceptedWithKey(random.nextInt()).ifPresent(this::send);
    }

    /** Sends all that is still owed an answer; returns whether that is all. */
    boolean settleRetries() {
        for (Optional<Post> owed = ledger.nextRetry(); owed.isPresent(); owed = ledger.nextRetry()) {
            if (!send(owed.get())) {
                return false;
            }
        }
        return true;
    }

    private boolean send(Post post) {
        Request request = Request.message(
                cast.agent(post.from()).token(), cast.agent(post.to()).address(), post.content());
        Optional<Received> answer =
                answers.to(request, post.keyed() ? Map.of("Idempotency-Key", post.idempotencyKey()) : Map.of(), 202);
        answer.ifPresentOrElse(
                accepted -> ledger.accepted(post, JsonText.text(accepted.body(), "message_id")),
                () -> ledger.unanswered(post));
        return answer.isPresent();
    }

    /** Takes for an agent; returns how many messages, -1 without an answer or where another receives for it. */
    int take(int index, int limit) {
        if (!cast.enter(index)) {
            return -1;
        }
        try {
            Request request =
                    Request.get("/v1/messages?limit=" + limit, cast.agent(index).token());
            Optional<Received> answer = answers.to(request, 200);
            if (answer.isEmpty()) {
                ledger.unansweredTake(index);
                return -1;
            }
            List<ArrivedMessage> messages = ArrivedMessage.allIn(answer.get().body());
            for (ArrivedMessage message : messages) {
                if (ledger.arrived(index, message, System.nanoTime())) {
                    ledger.settled(message.id(), Settlement.GIVEN, System.nanoTime());
                }
            }
            return messages.size();
        } finally {
            cast.leave(index);
        }
    }

    /** Leases for an agent, and acknowledges most of it. */
    void lease(int index, RandomGenerator random) {
        if (!cast.enter(index)) {
            return;
        }
        try {
            Request request = Request.get(
                    "/v1/messages?ack=manual&worker_id=soak&lease=" + LEASE_SECONDS + "&limit=" + LEASED_AT_ONCE,
                    cast.agent(index).token());
            List<String> ids =
                    answers
                            .to(request, 200)
                            .map(answer -> ArrivedMessage.allIn(answer.body()))
                            .orElse(List.of())
                            .stream()
                            .filter(message -> enterLease(index, message))
                            .map(ArrivedMessage::id)
                            .toList();
            if (!ids.isEmpty()) {
                work(index, ids, random.nextInt(HUNDRED));
            }
        } finally {
            cast.leave(index);
        }
    }

    private boolean enterLease(int index, ArrivedMessage message) {
        long nowNanos = System.nanoTime();
        boolean known = ledger.arrived(index, message, nowNanos);
        if (known) {
            Instant until = message.leasedUntil().orElse(Instant.now());
            ledger.leased(
                    message.id(),
                    nowNanos + Duration.between(Instant.now(), until).toNanos());
        }
        return known;
    }

    private void work(int index, List<String> ids, int choice) {
        if (choice < 5) {
            // The worker has died: somebody else gets them when the lease has ended.
            return;
        }
        if (choice < 15) {
            tell(index, "nack", ids, ",\"delay_seconds\":" + choice % 3, "returned");
            return;
        }
        if (choice < 25) {
            long nowNanos = System.nanoTime();
            tell(index, "extend", ids, ",\"lease_seconds\":" + LEASE_SECONDS, "extended")
                    .forEach(id -> ledger.leased(id, nowNanos + TimeUnit.SECONDS.toNanos(LEASE_SECONDS)));
        }
        tell(index, "ack", ids, "", "acknowledged")
                .forEach(id -> ledger.settled(id, Settlement.ACKNOWLEDGED, System.nanoTime()));
    }

    /** Tells the kernel what becomes of leased messages; returns those of which it said that it was done. */
    private List<String> tell(int index, String verb, List<String> ids, String more, String done) {
        long askedNanos = System.nanoTime();
        List<String> sure = ids.stream()
                .filter(id -> ledger.isSurelyLeased(id, askedNanos + SOON_NANOS))
                .toList();
        ids.forEach(verb.equals("ack") ? ledger::inDoubt : ledger::released);
        String list = ids.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
        Optional<Received> answer = answers.to(
                Request.post(
                        "/v1/messages/" + verb, cast.agent(index).token(), "{\"message_ids\":" + list + more + "}"),
                200);
        if (answer.isEmpty()) {
            return List.of();
        }
        List<String> unknown = ArrivedMessage.list(answer.get().body(), "unknown");
        unknown.forEach(ledger::stillOpen);
        if (System.nanoTime() - askedNanos < SOON_NANOS) {
            ledger.leasesLost(unknown.stream().filter(sure::contains).toList(), verb);
        }
        return ArrivedMessage.list(answer.get().body(), done);
    }
}
