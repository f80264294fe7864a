package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.RefusedException;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/agents}. A missing response is an empty one: whether it passes is for the gate to say. */
record AgentRegistration(
        String challengeId, String response, @Nullable String webhookUrl) {

    static AgentRegistration read(JsonFields fields) {
        Verification verification = null;
        String webhookUrl = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "verification_response" -> verification = fields.object(Verification::read);
                case "webhook_url" -> webhookUrl = fields.textOrNull();
                default -> {}
            }
        }
        Verification given = fields.required("verification_response", verification);
        return new AgentRegistration(given.challengeId(), given.response(), webhookUrl);
    }

    private record Verification(String challengeId, String response) {

        static Verification read(JsonFields fields) {
            String challengeId = null;
            String response = null;
            while (fields.next()) {
                switch (fields.name()) {
                    case "challenge_id" -> challengeId = fields.text();
                    case "response" -> response = fields.textOrNull();
                    default -> {}
                }
            }
            String id = fields.required("challenge_id", challengeId);
            if (id.isEmpty()) {
                throw RefusedException.badRequest("'verification_response.challenge_id' must not be empty.");
            }
            return new Verification(id, response == null ? "" : response);
        }
    }
}
