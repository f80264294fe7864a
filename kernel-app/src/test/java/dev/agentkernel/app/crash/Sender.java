package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered messages to anybody, one after the other; with an idempotency key every other time. What had no answer and has a
 * key is sent again first.
 */
final class Sender implements Actor {

    private final Agent agent;
    private final List<Agent> recipients;
    private final Ledger ledger;
    private final Random random;
    private int number;
    private @Nullable Post unanswered;
    private @Nullable Post latest;

    Sender(Agent agent, List<Agent> recipients, Ledger ledger, long seed) {
        this.agent = agent;
        this.recipients = recipients;
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    @Override
    public int act(HttpConnection connection) throws IOException {
        if (unanswered != null) {
            return send(connection, unanswered);
        }
        Optional<Post> repeated = random.nextInt(20) == 0 ? ledger.acknowledgedWithKey(latest) : Optional.empty();
        Post post = repeated.orElseGet(this::next);
        return send(connection, post);
    }

    private Post next() {
        int number = ++this.number;
        Agent to = recipients.get(random.nextInt(recipients.size()));
        int padding = random.nextInt(50) == 0 ? 20_000 : random.nextInt(600);
        Post post = new Post(agent, to, number, padding, number % 2 == 0 ? "key-" + number : null);
        ledger.sending(post);
        return post;
    }

    private int send(HttpConnection connection, Post post) throws IOException {
        String key = post.idempotencyKey();
        unanswered = key == null ? null : post;
        Reply reply = connection.exchange(
                "POST",
                "/v1/messages",
                agent.token(),
                key == null ? Map.of() : Map.of("Idempotency-Key", key),
                Map.of("to", post.to().address(), "content", post.content()));
        unanswered = null;
        latest = post;
        if (reply.isRefusedForNow()) {
            ledger.refused(post);
            return 0;
        }
        ledger.acknowledged(post, reply.expect(202).text("message_id"));
        return 1;
    }

    /** Sends again what had no answer. */
    void settle(HttpConnection connection) throws IOException {
        if (unanswered != null) {
            send(connection, unanswered);
        }
    }
}
