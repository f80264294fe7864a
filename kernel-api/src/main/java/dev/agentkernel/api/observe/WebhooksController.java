package dev.agentkernel.api.observe;

import dev.agentkernel.api.agents.WebhookHealthContent;
import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.AgentWebhooks.Status;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import tools.jackson.core.JsonGenerator;

/** How pushing to each agent's webhook fares. Where a webhook is, is its agent's business alone. */
@Controller
class WebhooksController {

    private static final int ENDPOINTS_DEFAULT = 100;
    private static final int ENDPOINTS_MAX = 1_000;

    private final AgentWebhooks webhooks;

    WebhooksController(Kernel kernel) {
        this.webhooks = kernel.webhooks();
    }

    @GetMapping("/observe/webhooks")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer list(QueryParameters query) {
        int limit = query.limit(ENDPOINTS_DEFAULT, ENDPOINTS_MAX);
        List<Status> oneMore = webhooks.statusesAfter(Cursors.seq(query), limit + 1);
        List<Status> page = oneMore.subList(0, Math.min(limit, oneMore.size()));
        String next = oneMore.size() > limit
                ? Cursors.afterSeq(page.getLast().endpoint().registeredSeq())
                : null;
        return Answer.ok(json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("webhooks");
                    page.forEach(status -> write(status, json));
                    json.writeEndArray();
                    json.writeStringProperty("next_cursor", next);
                    json.writeEndObject();
                })
                .asSecret();
    }

    private static void write(Status status, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("address", status.endpoint().address());
        json.writeBooleanProperty("due", status.endpoint().due());
        WebhookHealthContent.write(status, json);
        json.writeEndObject();
    }
}
