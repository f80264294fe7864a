package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Takes what comes to an agent; the only one that does. */
final class Taker implements Actor {

    private final Agent agent;
    private final Ledger ledger;
    private final Random random;

    Taker(Agent agent, Ledger ledger, long seed) {
        this.agent = agent;
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    @Override
    public int act(HttpConnection connection) throws IOException, InterruptedException {
        Reply reply = agent.take(connection, 1 + random.nextInt(30));
        if (reply.isRefusedForNow()) {
            ledger.refusedSomething();
            return 0;
        }
        if (taken(reply).required("messages").isEmpty()) {
            ledger.awaitMail(agent);
            return 0;
        }
        return 1;
    }

    private JsonNode take(HttpConnection connection, int limit) throws IOException {
        return taken(agent.take(connection, limit));
    }

    private JsonNode taken(Reply reply) {
        ledger.taken(agent, reply.expect(200).json().required("messages"));
        return reply.json();
    }

    /** Takes everything; what the kernel says remains must be what then comes. */
    void drain(HttpConnection connection) throws IOException {
        long expected = -1;
        while (expected != 0) {
            JsonNode answer = take(connection, 100);
            int taken = answer.required("messages").size();
            long remaining = answer.required("remaining").asLong();
            if (expected >= 0 && expected != taken + remaining) {
                ledger.violation(agent.address() + " was told that " + expected + " messages remained, but got " + taken
                        + " and was told of " + remaining + " more");
            }
            expected = remaining;
        }
        // A second answer on this connection proves that the first is settled.
        if (!take(connection, 1).required("messages").isEmpty()) {
            ledger.violation(agent.address() + " got a message from a queue that had none");
        }
    }
}
