package dev.agentkernel.bench.memory;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One answer to {@code GET /v1/messages?limit=1}, which takes a message from its queue.
 *
 * @param taken how many messages it carried, 0 or 1
 * @param remaining how many the queue still holds
 */
record MessagePage(int taken, long remaining) {
    private static final Pattern REMAINING = Pattern.compile("\"remaining\"\\s*:\\s*(\\d+)");
    private static final Pattern MESSAGE_ID = Pattern.compile("\"message_id\"\\s*:");

    /** Takes at most one message of the agent. */
    static MessagePage take(ApiClient api, Agent agent) {
        String body = api.expect(Request.get("/v1/messages?limit=1", agent.token()), 200);
        Matcher remaining = REMAINING.matcher(body);
        if (!remaining.find()) {
            throw new BenchmarkFailure("the messages of " + agent + " came without \"remaining\"");
        }
        return new MessagePage(MESSAGE_ID.matcher(body).find() ? 1 : 0, Long.parseLong(remaining.group(1)));
    }

    /** Returns how many messages were queued before the taking. */
    long queuedBefore() {
        return taken + remaining;
    }
}
