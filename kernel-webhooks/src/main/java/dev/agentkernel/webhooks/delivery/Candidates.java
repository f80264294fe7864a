package dev.agentkernel.webhooks.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Agents for whom something may wait, each at most once: ready to be looked at, put off until a time, or until something is
 * released. Bounded: what finds no room is found again by looking through the outbox.
 */
final class Candidates {

    private record Later(Instant at, String address) {}

    /**
     * An agent whose turn it is.
     *
     * @param wokenBy what was released for it; if it does not take that, another must get it: see {@link #released}
     */
    record Candidate(String address, @Nullable Object wokenBy) {}

    private final int max;
    private final Set<String> known = new HashSet<>();
    private final Deque<Candidate> ready = new ArrayDeque<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparing(Later::at));
    private final Map<Object, Deque<String>> parked = new HashMap<>();

    Candidates(int max) {
        this.max = max;
    }

    /** Adds an agent behind the others; tells whether there was room. */
    synchronized boolean offer(String address) {
        if (known.contains(address)) {
            return true;
        }
        if (known.size() >= max) {
            return false;
        }
        known.add(address);
        ready.addLast(new Candidate(address, null));
        return true;
    }

    /** Takes out the agents that have been ready for longest. */
    synchronized List<Candidate> take(int most) {
        List<Candidate> taken = new ArrayList<>(Math.min(most, ready.size()));
        while (taken.size() < most && !ready.isEmpty()) {
            Candidate candidate = ready.removeFirst();
            known.remove(candidate.address());
            taken.add(candidate);
        }
        return taken;
    }

    /** Puts an agent off until a time. */
    synchronized void putOff(String address, Instant until) {
        if (known.size() < max && known.add(address)) {
            later.add(new Later(until, address));
        }
    }

    /** Puts an agent off until something is released. */
    synchronized void park(String address, Object waitsFor) {
        if (known.size() < max && known.add(address)) {
            parked.computeIfAbsent(waitsFor, any -> new ArrayDeque<>()).addLast(address);
        }
    }

    /** One agent that waited for this is ready, before all others. */
    synchronized void released(Object what) {
        Deque<String> waiting = parked.get(what);
        if (waiting != null) {
            ready.addFirst(new Candidate(waiting.removeFirst(), what));
            if (waiting.isEmpty()) {
                parked.remove(what);
            }
        }
    }

    /** Whoever was put off until now is ready. */
    synchronized void wake(Instant now) {
        for (Later next = later.peek(); next != null && !next.at().isAfter(now); next = later.peek()) {
            later.remove();
            ready.addLast(new Candidate(next.address(), null));
        }
    }

    /** When the next of those that were put off is ready. */
    synchronized Optional<Instant> nextWake() {
        @Nullable Later next = later.peek();
        return Optional.ofNullable(next).map(Later::at);
    }

    synchronized int size() {
        return known.size();
    }
}
