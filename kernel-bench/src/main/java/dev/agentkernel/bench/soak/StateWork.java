package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.BlockingConnection.Received;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.JsonText;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Writes, reads and deletes keys, with conditions and without, and enters all of it into the ledger. */
final class StateWork {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final int HUNDRED = 100;

    private final Cast cast;
    private final Answers answers;
    private final StateLedger ledger;
    private final ReentrantLock[] locks;

    StateWork(Cast cast, Answers answers, StateLedger ledger) {
        this.cast = cast;
        this.answers = answers;
        this.ledger = ledger;
        this.locks = IntStream.range(0, ledger.keys().size())
                .mapToObj(i -> new ReentrantLock())
                .toArray(ReentrantLock[]::new);
    }

    /** Does something with a key that nobody else is busy with. */
    void act(RandomGenerator random) {
        int index = random.nextInt(locks.length);
        if (!locks[index].tryLock()) {
            return;
        }
        try {
            StateLedger.Key key = ledger.keys().get(index);
            String token = cast.agent(cast.anybody(random)).token();
            int choice = random.nextInt(HUNDRED);
            if (choice < 40) {
                read(key, token);
            } else if (choice < 65) {
                write(key, token, Map.of());
            } else if (choice < 85) {
                write(key, token, key.isPresent() ? Map.of("If-Match", key.etag()) : Map.of("If-None-Match", "*"));
            } else if (choice < 93) {
                writeWhereAbsent(key, token);
            } else {
                delete(key, token);
            }
        } finally {
            locks[index].unlock();
        }
    }

    /** Reads every key; returns whether all were answered. */
    boolean verifyAll() {
        String token = cast.agent(0).token();
        return ledger.keys().stream().allMatch(key -> read(key, token));
    }

    private boolean read(StateLedger.Key key, String token) {
        Optional<Received> answer = answers.to(Request.get(path(key), token), OK, NOT_FOUND);
        answer.ifPresent(found -> {
            if (found.status() == OK) {
                ledger.read(key, Optional.of(JsonText.text(found.body(), "value")), etagOf(found));
            } else {
                ledger.read(key, Optional.empty(), "");
            }
        });
        return answer.isPresent();
    }

    private void write(StateLedger.Key key, String token, Map<String, String> condition) {
        boolean known = key.isKnown();
        String value = ledger.nextValue();
        ledger.asking(key, Optional.of(value));
        Request request = Request.put(path(key), token, "{\"value\":\"" + value + "\"}");
        Optional<Received> answer = answers.to(request, condition, OK, PRECONDITION_FAILED);
        if (answer.isEmpty()) {
            return;
        }
        if (answer.get().status() == OK) {
            ledger.changed(key, Optional.of(value), etagOf(answer.get()));
        } else if (known) {
            ledger.wronglyRefused(key, condition.toString());
        } else {
            ledger.refused(key);
            read(key, token);
        }
    }

    /** A key that is known to have a value must not be made anew. */
    private void writeWhereAbsent(StateLedger.Key key, String token) {
        boolean surelyPresent = key.isKnown() && key.isPresent();
        String value = ledger.nextValue();
        ledger.asking(key, Optional.of(value));
        Optional<Received> answer = answers.to(
                Request.put(path(key), token, "{\"value\":\"" + value + "\"}"),
                Map.of("If-None-Match", "*"),
                OK,
                PRECONDITION_FAILED);
        if (answer.isEmpty()) {
            return;
        }
        if (answer.get().status() == PRECONDITION_FAILED) {
            ledger.refused(key);
            return;
        }
        if (surelyPresent) {
            ledger.wronglyAccepted(key, "If-None-Match: *");
        }
        ledger.changed(key, Optional.of(value), etagOf(answer.get()));
    }

    private void delete(StateLedger.Key key, String token) {
        ledger.asking(key, Optional.empty());
        Optional<Received> answer = answers.to(new Request("DELETE", path(key), token, ""), OK, NOT_FOUND);
        if (answer.isEmpty()) {
            return;
        }
        if (answer.get().status() == OK) {
            ledger.changed(key, Optional.empty(), "");
        } else {
            ledger.absent(key);
        }
    }

    private static String path(StateLedger.Key key) {
        return "/v1/state/" + key.name();
    }

    private static String etagOf(Received answer) {
        return answer.headers().getOrDefault("etag", "");
    }
}
