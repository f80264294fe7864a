package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A registered agent. */
record Agent(String address, String token) {

    /** Registers an operator and returns its key. */
    static String registerOperator(HttpConnection connection) throws IOException {
        return connection
                .post("/v1/operators", null, Map.of("contact_hash", "crash test"))
                .expect(201)
                .text("api_key");
    }

    static Agent register(HttpConnection connection, String operatorKey) throws IOException {
        String challenge = connection
                .get("/v1/agents/verification-challenge", operatorKey)
                .expect(200)
                .text("challenge_id");
        return of(answer(connection, operatorKey, challenge).expect(201));
    }

    static Reply answer(HttpConnection connection, String operatorKey, String challenge) throws IOException {
        Object response = Map.of("challenge_id", challenge, "response", "any");
        return connection.post("/v1/agents", operatorKey, Map.of("verification_response", response));
    }

    private static Agent of(Reply created) {
        return new Agent(created.text("agent_address"), created.text("agent_token"));
    }

    /** Registers agents under one operator. */
    static List<Agent> register(HttpConnection connection, int count) throws IOException {
        String operatorKey = registerOperator(connection);
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.add(register(connection, operatorKey));
        }
        return agents;
    }

    Reply send(HttpConnection connection, Agent to, String content) throws IOException {
        return connection.post("/v1/messages", token, Map.of("to", to.address, "content", content));
    }

    Reply take(HttpConnection connection, int limit) throws IOException {
        return connection.get("/v1/messages?limit=" + limit, token);
    }

    Reply write(HttpConnection connection, String key, String value) throws IOException {
        return connection.put("/v1/state/" + key, token, Map.of("value", value));
    }

    Reply read(HttpConnection connection, String key) throws IOException {
        return connection.get("/v1/state/" + key, token);
    }

    Reply delete(HttpConnection connection, String key) throws IOException {
        return connection.delete("/v1/state/" + key, token);
    }
}
