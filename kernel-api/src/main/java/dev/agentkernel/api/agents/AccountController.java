package dev.agentkernel.api.agents;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.registry.ProfileContent;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.registry.AgentAccounts;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.WebhookTestCall;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;

/** What agents and their operators change of agents that exist. */
@Controller
class AccountController {

    private final AgentAccounts accounts;
    private final AgentWebhooks webhooks;
    private final WebhookTestCall testCall;

    AccountController(Kernel kernel, WebhookTestCall testCall) {
        this.accounts = kernel.accounts();
        this.webhooks = kernel.webhooks();
        this.testCall = testCall;
    }

    @PostMapping("/v1/agents/me/token")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer rotateToken(AgentCaller caller) {
        return Answer.ok(AgentAnswers.token(accounts.rotateToken(caller))).asSecret();
    }

    @GetMapping("/v1/agents/me/webhook")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer webhook(AgentCaller caller) {
        return Answer.ok(WebhookContent.of(webhooks.statusOf(caller)));
    }

    @PostMapping("/v1/agents/me/webhook/test")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.WEBHOOK_DELIVERY)
    Answer testWebhook(AgentCaller caller) {
        return Answer.ok(WebhookContent.of(webhooks.test(caller, testCall)));
    }

    @PutMapping("/v1/agents/me/webhook")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer setWebhook(AgentCaller caller, JsonBody body) {
        NewWebhook asked = body.read(NewWebhook::read);
        return Answer.ok(AgentAnswers.webhook(accounts.setWebhook(caller, asked.url())))
                .asSecret();
    }

    @DeleteMapping("/v1/agents/me/webhook")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer removeWebhook(AgentCaller caller) {
        accounts.removeWebhook(caller);
        return Answer.empty();
    }

    @PutMapping("/v1/agents/me/profile")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer setProfile(AgentCaller caller, JsonBody body) {
        AgentProfile profile = body.read(NewProfile::read).checked();
        AgentProfile kept = accounts.setProfile(caller, profile);
        return Answer.ok(json -> ProfileContent.write(kept, json));
    }

    @GetMapping("/v1/agents/me/blocks")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer blocks(AgentCaller caller) {
        return Answer.ok(AgentAnswers.blocks(accounts.blocks(caller)));
    }

    @PutMapping("/v1/agents/me/blocks/{address}")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer block(AgentCaller caller, @PathVariable("address") String address) {
        accounts.block(caller, address);
        return Answer.empty();
    }

    @DeleteMapping("/v1/agents/me/blocks/{address}")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.REGISTRY_READ)
    Answer unblock(AgentCaller caller, @PathVariable("address") String address) {
        accounts.unblock(caller, address);
        return Answer.empty();
    }

    @DeleteMapping("/v1/agents/{address}")
    @Admits(CallerKind.OPERATOR)
    Answer deregister(OperatorCaller caller, @PathVariable("address") String address) {
        accounts.deregister(caller, address);
        return Answer.empty();
    }
}
