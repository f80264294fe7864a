package dev.agentkernel.app.browser;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An agent that does what a test wants to see. */
record Player(String address, ContractClient client) {

    Answer send(Player to, String content) {
        return client.post("/v1/messages", Map.of("to", to.address(), "content", content))
                .expect(202);
    }

    Answer put(String key, String value) {
        String path = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        return client.put("/v1/state/" + path, Map.of("value", value)).expect(200);
    }
}
