package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Writes increasing values under a key of its own, deletes it at times, and reads it back; writes under a shared key as well. */
final class StateWriter implements Actor {

    /** The key that everybody writes. */
    static final String SHARED_KEY = "shared/by all";

    private final Agent agent;
    private final String key;
    private final Ledger ledger;
    private final Random random;
    private final List<String> acknowledgedValues = new ArrayList<>();
    private int number;
    private Optional<String> known = Optional.empty();
    private final List<Optional<String>> unanswered = new ArrayList<>();

    StateWriter(Agent agent, Ledger ledger, long seed) {
        this.agent = agent;
        this.key = "own/" + agent.address();
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    @Override
    public int act(HttpConnection connection) throws IOException {
        int choice = random.nextInt(20);
        if (choice == 0) {
            return change(connection, Optional.empty());
        }
        if (choice < 4) {
            verify(connection);
            return 0;
        }
        String value = ++number + "|" + "v".repeat(random.nextInt(2_000));
        return choice < 8 ? share(connection, value) : change(connection, Optional.of(value));
    }

    private int share(HttpConnection connection, String value) throws IOException {
        String signed = agent.address() + "#" + value;
        Reply reply = agent.write(connection, SHARED_KEY.replace(" ", "%20"), signed);
        if (isRefused(reply)) {
            return 0;
        }
        reply.expect(200);
        acknowledgedValues.add(signed);
        return 1;
    }

    private int change(HttpConnection connection, Optional<String> value) throws IOException {
        unanswered.add(value);
        Reply reply = value.isPresent() ? agent.write(connection, key, value.get()) : agent.delete(connection, key);
        if (isRefused(reply)) {
            unanswered.removeLast();
            return 0;
        }
        if (value.isEmpty() && reply.status() == 404) {
            if (known.isPresent() && unanswered.size() == 1) {
                ledger.violation(key + " has lost " + shortened(known));
            }
        } else {
            reply.expect(200);
        }
        settled(value);
        value.ifPresent(acknowledgedValues::add);
        return 1;
    }

    private boolean isRefused(Reply reply) {
        if (reply.isRefusedForNow()) {
            ledger.refusedSomething();
        }
        return reply.isRefusedForNow();
    }

    /** Reads the own key: it holds what was acknowledged last, or what was asked for since without an answer. */
    void verify(HttpConnection connection) throws IOException {
        Reply reply = agent.read(connection, key);
        if (isRefused(reply)) {
            return;
        }
        Optional<String> found = reply.status() == 404
                ? Optional.empty()
                : Optional.of(reply.expect(200).text("value"));
        if (!found.equals(known) && !unanswered.contains(found)) {
            ledger.violation(key + " holds " + shortened(found) + " where " + shortened(known)
                    + " was acknowledged; asked for since: "
                    + unanswered.stream().map(StateWriter::shortened).toList());
        }
        settled(found);
    }

    private void settled(Optional<String> value) {
        known = value;
        unanswered.clear();
    }

    private static String shortened(Optional<String> value) {
        return value.map(text -> text.substring(0, Math.min(12, text.length()))).orElse("nothing");
    }

    String key() {
        return key;
    }

    /** What the kernel said it wrote, under either key. */
    List<String> acknowledgedValues() {
        return acknowledgedValues;
    }
}
