package dev.agentkernel.app.http;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A registered agent, and a client with its token. */
record Agent(String address, String token, ContractClient client) {

    Answer send(Agent to, String content) {
        return client.post("/v1/messages", Map.of("to", to.address(), "content", content));
    }

    Answer send(Agent to, String content, String idempotencyKey) {
        return client.header("Idempotency-Key", idempotencyKey)
                .post("/v1/messages", Map.of("to", to.address(), "content", content));
    }

    Answer take() {
        return client.get("/v1/messages").expect(200);
    }

    /** The contents of the messages that one request takes, in order. */
    List<String> takeContents() {
        return texts(take().json().path("messages"), "content");
    }

    Answer put(String rawKey, String value) {
        return client.put("/v1/state/" + rawKey, Map.of("value", value));
    }

    Answer read(String rawKey) {
        return client.get("/v1/state/" + rawKey);
    }

    Answer delete(String rawKey) {
        return client.delete("/v1/state/" + rawKey);
    }

    /** One string of each entry of a list. */
    static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.path(field).asString()));
        return texts;
    }

    /** The strings of a list. */
    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.asString()));
        return texts;
    }
}
