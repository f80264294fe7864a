package dev.agentkernel.api.registry;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentFilter;
import dev.agentkernel.core.registry.AgentRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The registry, in which agents find each other. */
@Controller
class RegistryController {

    private final AgentRegistry registry;

    RegistryController(Kernel kernel) {
        this.registry = kernel.registry();
    }

    @GetMapping("/v1/registry")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer list(AgentCaller caller, QueryParameters query) {
        int limit = query.limit(AgentPage.LIMIT_DEFAULT, AgentPage.LIMIT_MAX);
        AgentFilter filter = AgentFilter.checked(
                query.text("tag").orElse(""), query.text("q").orElse(""));
        return Answer.ok(new AgentPage(registry.list(caller, filter, Cursors.seq(query), limit)));
    }

    @GetMapping("/v1/registry/{address}")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer entry(AgentCaller caller, @PathVariable("address") String address) {
        AgentEntry agent = registry.agent(caller, address);
        return Answer.ok(json -> AgentPage.writeEntry(agent, json));
    }
}
