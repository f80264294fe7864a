package dev.agentkernel.api.messages;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.answers.AnswerWriter;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.api.requests.ClientConnection;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.api.requests.WaitingRequests;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.messages.Deliveries;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.Patience;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.messages.TakenMessages;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Handing messages out: for good, or for a while until the client acknowledges them; at once, or as soon as there are any. */
@Controller
class DeliveryController {

    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 100;
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    private final MessageQueues messages;
    private final BytesInFlight inFlight;
    private final WaitingRequests waiting;

    DeliveryController(Kernel kernel, BytesInFlight inFlight, WaitingRequests waiting) {
        this.messages = kernel.messages();
        this.inFlight = inFlight;
        this.waiting = waiting;
    }

    @GetMapping("/v1/messages")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    void receive(AgentCaller caller, QueryParameters query, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        int most = query.limit(LIMIT_DEFAULT, LIMIT_MAX);
        Duration wait = query.seconds("wait", Duration.ZERO, Duration.ZERO, WAIT_MAX);
        ClientConnection client = ClientConnection.of(request);
        Patience patience = wait.isZero() ? Patience.NONE : new Patience(wait, client::isOpen);
        Optional<LeaseRequest> asked = LeaseRequest.of(query);
        if (asked.isPresent()) {
            LeaseRequest lease = asked.get();
            answer(
                    waiting.look(wait, () -> messages.lease(caller, lease.holder(), most, lease.lease(), patience)),
                    client,
                    response);
        } else {
            answer(waiting.look(wait, () -> messages.take(caller, most, patience)), client, response);
        }
    }

    /** Messages leave the queue for good only when the answer is with the network as a whole. */
    private void answer(TakenMessages taken, ClientConnection client, HttpServletResponse response) throws IOException {
        boolean arrived = false;
        try {
            write(TakenContent.of(taken), client, response);
            arrived = true;
        } finally {
            if (arrived) {
                messages.confirm(taken);
            } else {
                messages.giveBack(taken);
            }
        }
    }

    /** Nobody needs to wait for the end of a lease whose holder never learnt of it. */
    private void answer(Deliveries leased, ClientConnection client, HttpServletResponse response) throws IOException {
        boolean arrived = false;
        try {
            write(TakenContent.of(leased), client, response);
            arrived = true;
        } finally {
            if (!arrived) {
                leased.deliveries().forEach(delivery -> messages.giveBack(delivery, Route.PULL, Duration.ZERO));
            }
        }
    }

    private void write(TakenContent<?> content, ClientConnection client, HttpServletResponse response)
            throws IOException {
        if (!content.messages().isEmpty() && !client.isOpen()) {
            throw new IOException("the client is gone");
        }
        inFlight.reserve(content.contentBytes());
        try {
            AnswerWriter.writeThrough(response, Answer.ok(content).asSecret());
        } finally {
            inFlight.release(content.contentBytes());
        }
    }
}
