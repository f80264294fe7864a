package dev.agentkernel.app.demo;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A stage that is a kernel. */
final class KernelStage implements Stage {

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int RATE_LIMITED = 429;

    /** How long an agent rests when the kernel is full or has no time. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final KernelClient client;

    KernelStage(KernelClient client) {
        this.client = client;
    }

    @Override
    public Outcome perform(Action action) {
        String token = action.by().token();
        return outcomeOf(
                switch (action) {
                    case Action.Send send ->
                        client.post("/v1/messages", token, Map.of("to", send.to(), "content", send.content()));
                    case Action.Write write -> client.put(pathOf(write.key()), token, Map.of("value", write.value()));
                    case Action.Read read -> client.get(pathOf(read.key()), token);
                    case Action.Delete delete -> client.delete(pathOf(delete.key()), token);
                    case Action.LookAround look -> client.get("/v1/registry?limit=20", token);
                },
                action);
    }

    private static String pathOf(String key) {
        return "/v1/state/"
                + URLEncoder.encode(key, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }

    private static Outcome outcomeOf(KernelClient.Answer answer, Action action) {
        if (answer.succeeded() || answer.status() == NOT_FOUND) {
            return new Outcome.Done();
        }
        if (answer.status() == RATE_LIMITED) {
            return new Outcome.Later(answer.retryAfter());
        }
        // 503 and 507 pass; a name that the kernel has forgotten does not.
        if (answer.status() >= 500) {
            return new Outcome.Later(PAUSE);
        }
        throw failed(action.by(), answer);
    }

    private static DemoFailedException failed(Member member, KernelClient.Answer answer) {
        String reason = answer.status() == UNAUTHORIZED
                ? "The kernel does not know " + member + " any more; was its data removed? Start the demo again."
                : "The kernel answers " + answer.status() + " to " + member + ": " + answer.text("message");
        return new DemoFailedException(reason, null);
    }

    @Override
    public List<Heard> take(Member member) {
        KernelClient.Answer answer = client.get("/v1/messages?limit=20", member.token());
        if (answer.status() == UNAUTHORIZED) {
            throw failed(member, answer);
        }
        List<Heard> heard = new ArrayList<>();
        answer.body()
                .path("messages")
                .forEach(message -> heard.add(new Heard(
                        message.path("from").asString(""),
                        message.path("content").asString(""))));
        return heard;
    }
}
