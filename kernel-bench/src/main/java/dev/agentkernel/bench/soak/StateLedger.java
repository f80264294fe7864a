package dev.agentkernel.bench.soak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the outside knows of the state: each key is written by one at a time, with a value that is never written again. Safe for use
 * by many threads as long as each key has one at a time.
 */
final class StateLedger {

    /** A change that was asked for, empty to delete, and in which life of the kernel. */
    private record Asked(Optional<String> value, int life) {}

    /**
     * One key: what was acknowledged last, and what was asked for without an answer. That may happen at any time while the kernel
     * lives that was asked.
     */
    static final class Key {
        private final String name;
        private final List<Asked> unanswered = new ArrayList<>();
        private Optional<String> value = Optional.empty();
        private String etag = "";

        private Key(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Whether its value is known for sure. */
        boolean isKnown() {
            return unanswered.isEmpty();
        }

        boolean isPresent() {
            return value.isPresent();
        }

        /** The tag of the value, empty when it was not told. */
        String etag() {
            return etag;
        }
    }

    private final Violations violations;
    private final List<Key> keys = new ArrayList<>();
    private final Set<String> acknowledged = new HashSet<>();
    private long numbers;
    private final AtomicInteger life = new AtomicInteger();

    StateLedger(int size, Violations violations) {
        this.violations = violations;
        for (int i = 0; i < size; i++) {
            keys.add(new Key("soak/" + i));
        }
    }

    List<Key> keys() {
        return keys;
    }

    /** A value that was never written. */
    synchronized String nextValue() {
        return "v" + ++numbers;
    }

    /** A change is on its way; an empty value deletes. */
    void asking(Key key, Optional<String> value) {
        key.unanswered.add(new Asked(value, life.get()));
    }

    /** The change that was asked for last has been made. */
    void changed(Key key, Optional<String> value, String etag) {
        synchronized (this) {
            value.ifPresent(acknowledged::add);
        }
        key.unanswered.removeLast();
        settle(key, value, etag);
    }

    /** The change that was asked for last was not made. */
    void refused(Key key) {
        key.unanswered.removeLast();
    }

    /** A deletion or an update found no value. */
    void absent(Key key) {
        key.unanswered.removeLast();
        read(key, Optional.empty(), "");
    }

    /** The key was read. */
    void read(Key key, Optional<String> found, String etag) {
        if (!found.equals(key.value)
                && key.unanswered.stream().noneMatch(asked -> asked.value().equals(found))) {
            violations.add("the key " + key.name + " holds " + found.orElse("nothing") + " where "
                    + key.value.orElse("nothing") + " was acknowledged; asked for without an answer: "
                    + key.unanswered);
        }
        settle(key, found, etag);
    }

    private void settle(Key key, Optional<String> value, String etag) {
        key.value = value;
        key.etag = etag;
        key.unanswered.removeIf(asked -> asked.life() < life.get());
    }

    /** The kernel was killed: what it was asked has happened or never will. */
    void killed() {
        life.incrementAndGet();
    }

    /** The kernel said that a condition did not hold that must hold. */
    void wronglyRefused(Key key, String condition) {
        violations.add("the key " + key.name + " was said not to fulfil " + condition);
        refused(key);
    }

    /** The kernel did what a condition must have kept it from. */
    void wronglyAccepted(Key key, String condition) {
        violations.add("the key " + key.name + " was changed although it does not fulfil " + condition);
    }

    /** The values whose writing was acknowledged. */
    synchronized Set<String> acknowledgedValues() {
        return Set.copyOf(acknowledged);
    }
}
