package dev.agentkernel.api.observe;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.observation.Observation;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Agents and what they do, counted from the log. */
@Controller
class ActivityController {

    private static final int AGENTS_DEFAULT = 100;
    private static final int AGENTS_MAX = 1_000;
    private static final int LINKS_DEFAULT = 200;
    private static final int LINKS_MAX = 1_000;

    private final Observation observation;
    private final String version;

    ActivityController(Kernel kernel, ApiSettings settings) {
        this.observation = kernel.observation();
        this.version = settings.version();
    }

    @GetMapping("/observe/agents")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer agents(QueryParameters query) {
        int limit = query.limit(AGENTS_DEFAULT, AGENTS_MAX);
        return Answer.ok(ActivityAnswers.page(observation.agents(Cursors.seq(query), limit)))
                .asSecret();
    }

    @GetMapping("/observe/agents/{address}")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer agent(@PathVariable("address") String address) {
        return observation
                .agent(address)
                .map(detail -> Answer.ok(ActivityAnswers.detail(detail)).asSecret())
                .orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND, "There is no agent with this address."));
    }

    @GetMapping("/observe/network")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer network(QueryParameters query) {
        return Answer.ok(ActivityAnswers.network(observation.network(query.limit(LINKS_DEFAULT, LINKS_MAX))))
                .asSecret();
    }

    @GetMapping("/observe/health")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer health() {
        long lastSeq = observation.lastSeq();
        long countedSeq = observation.countedSeq();
        long agents = observation.agentCount();
        return Answer.ok(json -> {
                    json.writeStartObject();
                    json.writeStringProperty("status", "ok");
                    json.writeStringProperty("version", version);
                    json.writeNumberProperty("last_seq", lastSeq);
                    json.writeNumberProperty("counted_seq", countedSeq);
                    json.writeNumberProperty("agent_count", agents);
                    json.writeEndObject();
                })
                .asSecret();
    }
}
