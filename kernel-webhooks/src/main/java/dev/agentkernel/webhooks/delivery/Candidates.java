package dev.agentkernel.webhooks.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Agents for whom something may wait, each at most once: ready to be looked at, put off until a time, or until something is
 * released. Those that were found by looking through the outbox stand behind all others: most of them are found again and again,
 * because their receivers are ill. Bounded: what finds no room is found again.
 */
final class Candidates {

    private record Later(Instant at, String address) {}

    /**
     * An agent whose turn it is.
     *
     * @param wokenBy what was released for it; if it does not take that, another must get it: see {@link #released}
     */
    record Candidate(String address, @Nullable Object wokenBy) {}

    /** News that comes meanwhile waits until as many are looked at. */
    private static final int FOUND_AT_ONCE = 16;

    private final int max;
    private final Set<String> known = new HashSet<>();
    private final Deque<Candidate> ready = new ArrayDeque<>();
    private final LinkedHashSet<String> found = new LinkedHashSet<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparing(Later::at));
    private final Map<Object, Deque<String>> parked = new HashMap<>();

    Candidates(int max) {
        this.max = max;
    }

    /**
     * Adds an agent of whom there is news, behind the others of that kind; tells whether there was room. One that was found by
     * looking makes room for it: it is found again.
     */
    synchronized boolean offer(String address) {
        if (!known.contains(address) && known.size() >= max) {
            if (found.isEmpty()) {
                return false;
            }
            known.remove(found.removeLast());
        }
        if (known.add(address) || found.remove(address)) {
            ready.addLast(new Candidate(address, null));
        }
        return true;
    }

    /** Adds an agent that was found by looking, behind all others; tells whether there was room. */
    synchronized boolean offerFound(String address) {
        if (!known.contains(address) && known.size() >= max) {
            return false;
        }
        if (known.add(address)) {
            found.addLast(address);
        }
        return true;
    }

    /** Whether agents that were found by looking have not had their turn yet. */
    synchronized boolean hasFound() {
        return !found.isEmpty();
    }

    /**
     * Takes out the agents of whom there was news that have been ready for longest, at most so many, and a few of those that were
     * found by looking, so that neither kind waits for the other.
     */
    synchronized List<Candidate> take(int most) {
        List<Candidate> taken = new ArrayList<>();
        while (taken.size() < most && !ready.isEmpty()) {
            taken.add(ready.removeFirst());
        }
        for (int i = 0; i < FOUND_AT_ONCE && most > 0 && !found.isEmpty(); i++) {
            taken.add(new Candidate(found.removeFirst(), null));
        }
        taken.forEach(candidate -> known.remove(candidate.address()));
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
