package dev.agentkernel.api.observe;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.api.state.StateAnswers;
import dev.agentkernel.api.state.StateKeys;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.observation.Observation;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateSummaryPage;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The shared state, as observers see it: their reads are no events. */
@Controller
class ObservedStateController {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    private final Observation observation;

    ObservedStateController(Kernel kernel) {
        this.observation = kernel.observation();
    }

    @GetMapping("/observe/state")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer list(QueryParameters query) {
        String prefix = query.text("prefix").orElse("");
        int limit = query.limit(LIMIT_DEFAULT, LIMIT_MAX);
        return Answer.ok(page(observation.state(prefix, Cursors.key(query), limit)))
                .asSecret();
    }

    private static JsonContent page(StateSummaryPage page) {
        String next = page.nextAfterKey();
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("keys");
            for (StateSummary entry : page.entries()) {
                json.writeStartObject();
                json.writeStringProperty("key", entry.key());
                json.writeStringProperty("last_modified_by", entry.lastModifiedBy());
                json.writeStringProperty("last_modified_at", Timestamps.format(entry.lastModifiedAt()));
                json.writeNumberProperty("value_length", entry.valueBytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty("next_cursor", next == null ? null : Cursors.afterKey(next));
            json.writeNumberProperty("total", page.total());
            json.writeEndObject();
        };
    }

    @GetMapping("/observe/state/**")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer read(HttpServletRequest request) {
        return observation
                .stateEntry(StateKeys.below("/observe/state/", request))
                .map(entry -> Answer.ok(StateAnswers.entry(entry)).asSecret())
                .orElseThrow(
                        () -> new RefusedException(ErrorCode.NOT_FOUND, "There is no such key in the state store."));
    }
}
