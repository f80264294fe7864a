package dev.agentkernel.api.operators;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.registry.AgentPage;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.registry.AgentRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Operators: registration, and what they see and do themselves. */
@Controller
class OperatorsController {

    private final AgentRegistry registry;

    OperatorsController(Kernel kernel) {
        this.registry = kernel.registry();
    }

    @PostMapping("/v1/operators")
    @Admits(value = CallerKind.ANYONE, countedAs = RateCategory.OPERATOR_REGISTRATION)
    Answer register(JsonBody body) {
        OperatorRegistration asked = body.read(OperatorRegistration::read);
        return Answer.created(
                        OperatorAnswers.registered(registry.registerOperator(asked.contactHash(), asked.acceptTerms())))
                .asSecret();
    }

    @GetMapping("/v1/operators/me")
    @Admits(CallerKind.OPERATOR)
    Answer self(OperatorCaller caller) {
        return Answer.ok(OperatorAnswers.operator(registry.operator(caller)));
    }

    @GetMapping("/v1/operators/me/agents")
    @Admits(CallerKind.OPERATOR)
    Answer agents(OperatorCaller caller, QueryParameters query) {
        int limit = query.limit(AgentPage.LIMIT_DEFAULT, AgentPage.LIMIT_MAX);
        return Answer.ok(new AgentPage(registry.agentsOf(caller, Cursors.seq(query), limit)));
    }

    @PostMapping("/v1/operators/me/key")
    @Admits(CallerKind.OPERATOR)
    Answer rotateKey(OperatorCaller caller) {
        return Answer.ok(OperatorAnswers.key(registry.rotateKey(caller))).asSecret();
    }
}
