package dev.agentkernel.api.agents;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.registry.AgentRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Agents: the challenge, registration, and what an agent sees of itself. */
@Controller
class AgentsController {

    private final AgentRegistry registry;

    AgentsController(Kernel kernel) {
        this.registry = kernel.registry();
    }

    @GetMapping("/v1/agents/verification-challenge")
    @Admits(CallerKind.OPERATOR)
    Answer challenge() {
        return Answer.ok(new ChallengeContent(registry.issueChallenge())).asSecret();
    }

    @PostMapping("/v1/agents")
    @Admits(CallerKind.OPERATOR)
    Answer register(OperatorCaller caller, JsonBody body) {
        AgentRegistration asked = body.read(AgentRegistration::read);
        return Answer.created(AgentAnswers.registered(
                        registry.registerAgent(caller, asked.challengeId(), asked.response(), asked.webhookUrl())))
                .asSecret();
    }

    @GetMapping("/v1/agents/me")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer self(AgentCaller caller) {
        return Answer.ok(AgentAnswers.self(registry.self(caller)));
    }
}
