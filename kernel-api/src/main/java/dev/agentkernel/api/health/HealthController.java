package dev.agentkernel.api.health;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Tells that the service answers; probes of an installation find more on the management port. */
@Controller
class HealthController {

    private final String version;

    HealthController(ApiSettings settings) {
        this.version = settings.version();
    }

    @GetMapping("/v1/health")
    @Admits(CallerKind.ANYONE)
    Answer health() {
        return Answer.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("status", "ok");
            json.writeStringProperty("version", version);
            json.writeEndObject();
        });
    }
}
