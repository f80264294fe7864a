package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.load.Agent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The agents and what each does: all send; some have a socket, some a webhook, some lease, and the others take. */
final class Cast {

    private static final int SOCKETS = 36;
    private static final int WEBHOOKS = 40;
    private static final int LEASING = 350;

    /** How many of each part an agent writes to: the network of who writes to whom stays as large as it is. */
    private static final int CORRESPONDENTS = 8;

    private static final int HUNDRED = 100;

    /** The agents of one part, by their index: from the first to before the end. */
    record Part(int first, int end) {
        int any(RandomGenerator random) {
            return random.nextInt(first, end);
        }

        int size() {
            return end - first;
        }

        Set<Integer> indices() {
            return IntStream.range(first, end).boxed().collect(Collectors.toSet());
        }
    }

    private final List<Agent> agents;
    private final AtomicIntegerArray busy;

    Cast(List<Agent> agents) {
        this.agents = List.copyOf(agents);
        this.busy = new AtomicIntegerArray(agents.size());
    }

    int size() {
        return agents.size();
    }

    Agent agent(int index) {
        return agents.get(index);
    }

    Part sockets() {
        return new Part(0, SOCKETS);
    }

    Part webhooks() {
        return new Part(SOCKETS, SOCKETS + WEBHOOKS);
    }

    Part leasing() {
        return new Part(SOCKETS + WEBHOOKS, SOCKETS + WEBHOOKS + LEASING);
    }

    Part taking() {
        return new Part(SOCKETS + WEBHOOKS + LEASING, agents.size());
    }

    int anybody(RandomGenerator random) {
        return random.nextInt(agents.size());
    }

    /** One whom an agent writes to. */
    int correspondentOf(int from, RandomGenerator random) {
        int percent = random.nextInt(HUNDRED);
        Part part = percent < 25 ? sockets() : percent < 45 ? webhooks() : percent < 70 ? leasing() : taking();
        return part.first() + (from * CORRESPONDENTS + random.nextInt(CORRESPONDENTS)) % part.size();
    }

    /** Makes the calling thread the only one that receives for an agent; false when another does. */
    boolean enter(int index) {
        return busy.compareAndSet(index, 0, 1);
    }

    void leave(int index) {
        busy.set(index, 0);
    }
}
