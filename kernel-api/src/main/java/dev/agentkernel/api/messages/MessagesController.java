package dev.agentkernel.api.messages;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.OutgoingMessage;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** Sending messages, and ending the leases of those that were got. */
@Controller
class MessagesController {

    private final MessageQueues messages;

    MessagesController(Kernel kernel) {
        this.messages = kernel.messages();
    }

    @PostMapping("/v1/messages")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_SEND)
    Answer send(AgentCaller caller, JsonBody body, HttpServletRequest request) {
        NewMessage asked = body.read(NewMessage::read);
        OutgoingMessage message =
                new OutgoingMessage(asked.to(), asked.content(), asked.context(), IdempotencyKeys.of(request));
        return Answer.accepted(new AcceptedMessage(messages.send(caller, message)));
    }

    @PostMapping("/v1/messages/ack")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    Answer acknowledge(AgentCaller caller, JsonBody body) {
        LeaseEnding asked = body.read(LeaseEnding::read);
        return Answer.ok(new LeaseChangesContent(
                "acknowledged", messages.acknowledge(caller, asked.leases(), DeliveryMethod.PULL)));
    }

    @PostMapping("/v1/messages/nack")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    Answer giveBack(AgentCaller caller, JsonBody body) {
        LeaseEnding asked = body.read(LeaseEnding::read);
        return Answer.ok(new LeaseChangesContent("returned", messages.nack(caller, asked.leases(), asked.delay())));
    }

    @PostMapping("/v1/messages/extend")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    Answer extend(AgentCaller caller, JsonBody body) {
        LeaseEnding asked = body.read(LeaseEnding::read);
        return Answer.ok(new LeaseChangesContent("extended", messages.extend(caller, asked.leases(), asked.lease())));
    }
}
