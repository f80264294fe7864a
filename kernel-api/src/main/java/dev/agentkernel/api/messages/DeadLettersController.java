package dev.agentkernel.api.messages;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.answers.AnswerWriter;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.json.Uuids;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.messages.DeadLetters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** What was handed out too often: looked at, put back, or deleted by the agent that it was for. */
@Controller
class DeadLettersController {

    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 100;

    private final DeadLetters letters;
    private final BytesInFlight inFlight;

    DeadLettersController(Kernel kernel, BytesInFlight inFlight) {
        this.letters = kernel.deadLetters();
        this.inFlight = inFlight;
    }

    @GetMapping("/v1/messages/dead")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    void list(AgentCaller caller, QueryParameters query, HttpServletResponse response) throws IOException {
        int most = query.limit(LIMIT_DEFAULT, LIMIT_MAX);
        DeadLettersContent content = new DeadLettersContent(letters.list(caller, Cursors.seq(query), most));
        long bytes = content.contentBytes();
        inFlight.reserve(bytes);
        try {
            AnswerWriter.writeThrough(response, Answer.ok(content).asSecret());
        } finally {
            inFlight.release(bytes);
        }
    }

    @PostMapping("/v1/messages/dead/{id}/requeue")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    Answer requeue(AgentCaller caller, @PathVariable("id") String id) {
        letters.requeue(caller, named(id));
        return Answer.empty();
    }

    @DeleteMapping("/v1/messages/dead/{id}")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.MESSAGE_RECEIVE)
    Answer delete(AgentCaller caller, @PathVariable("id") String id) {
        letters.delete(caller, named(id));
        return Answer.empty();
    }

    private static UUID named(String id) {
        return Uuids.parse(id).orElseThrow(DeadLetters::unknown);
    }
}
