package dev.agentkernel.api.messages;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.answers.AnswerWriter;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.TakenMessages;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Sending messages, and taking those that wait. */
@Controller
class MessagesController {

    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 100;

    private final MessageQueues messages;
    private final BytesInFlight inFlight;

    MessagesController(Kernel kernel, BytesInFlight inFlight) {
        this.messages = kernel.messages();
        this.inFlight = inFlight;
    }

    @PostMapping("/v1/messages")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_SEND)
    Answer send(AgentCaller caller, JsonBody body, HttpServletRequest request) {
        NewMessage asked = body.read(NewMessage::read);
        OutgoingMessage message = new OutgoingMessage(asked.to(), asked.content(), IdempotencyKeys.of(request));
        return Answer.accepted(new AcceptedMessage(messages.send(caller, message)));
    }

    /** Takes messages out of the queue for good only when the answer is with the network as a whole. */
    @GetMapping("/v1/messages")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    void take(AgentCaller caller, QueryParameters query, HttpServletResponse response) throws IOException {
        TakenMessages taken = messages.take(caller, query.limit(LIMIT_DEFAULT, LIMIT_MAX));
        TakenContent content = new TakenContent(taken);
        boolean arrived = false;
        try {
            inFlight.reserve(content.contentBytes());
            try {
                AnswerWriter.writeThrough(response, Answer.ok(content).asSecret());
                arrived = true;
            } finally {
                inFlight.release(content.contentBytes());
            }
        } finally {
            if (arrived) {
                messages.confirm(taken);
            } else {
                messages.giveBack(taken);
            }
        }
    }
}
