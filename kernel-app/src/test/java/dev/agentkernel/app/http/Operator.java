package dev.agentkernel.app.http;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.demo.ChallengeSolver;
import java.util.Map;

/** A registered operator, and a client with its key. */
record Operator(String id, String key, ContractClient client) {

    /** A challenge that waits for an answer. */
    Answer challenge() {
        return client.get("/v1/agents/verification-challenge").expect(200);
    }

    /** The answer to a registration with this response to this challenge. */
    Answer register(Answer challenge, String response) {
        return client.post(
                "/v1/agents",
                Map.of(
                        "verification_response",
                        Map.of("challenge_id", challenge.text("challenge_id"), "response", response)));
    }

    /** The answer to a registration with the right response. */
    Answer tryNewAgent() {
        Answer challenge = challenge();
        return register(challenge, ChallengeSolver.solve(challenge.json()));
    }

    Agent newAgent() {
        Answer answer = tryNewAgent().expect(201);
        String token = answer.text("agent_token");
        return new Agent(answer.text("agent_address"), token, client.as(token));
    }
}
