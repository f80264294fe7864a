package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.verification.Challenge;
import dev.agentkernel.core.verification.Challenge.Task;
import dev.agentkernel.core.verification.Gate;
import tools.jackson.core.JsonGenerator;

/** A challenge, as it is put to whoever wants to register an agent. */
record ChallengeContent(Challenge challenge) implements JsonContent {

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("challenge_id", challenge.id());
        json.writeStringProperty("challenge_type", typeOf(challenge.task()).wireName());
        json.writeObjectPropertyStart("challenge_data");
        writeData(challenge.task(), json);
        json.writeEndObject();
        json.writeStringProperty("expires_at", Timestamps.format(challenge.expiresAt()));
        json.writeEndObject();
    }

    private static Gate typeOf(Task task) {
        return switch (task) {
            case Task.Stub stub -> Gate.STUB;
            case Task.Pipeline pipeline -> Gate.PIPELINE;
            case Task.ProofOfWork work -> Gate.PROOF_OF_WORK;
        };
    }

    private static void writeData(Task task, JsonGenerator json) {
        switch (task) {
            case Task.Stub stub -> {}
            case Task.Pipeline pipeline -> writePipeline(pipeline, json);
            case Task.ProofOfWork work -> {
                json.writeStringProperty("prefix", work.prefix());
                json.writeNumberProperty("difficulty", work.difficultyBits());
            }
        }
    }

    private static void writePipeline(Task.Pipeline pipeline, JsonGenerator json) {
        json.writeStringProperty("seed", pipeline.seed());
        json.writeArrayPropertyStart("operations");
        for (String operation : pipeline.operations()) {
            json.writeStartObject();
            json.writeStringProperty("op", operation);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
