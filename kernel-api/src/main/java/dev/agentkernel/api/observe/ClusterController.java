package dev.agentkernel.api.observe;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Presence.ClusterView;
import dev.agentkernel.core.cluster.Presence.Replica;
import dev.agentkernel.core.cluster.Presence.Worker;
import dev.agentkernel.core.limits.RateCategory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import tools.jackson.core.JsonGenerator;

/** The replicas, and who is connected to which. */
@Controller
class ClusterController {

    private static final int WORKERS_MAX = 1_000;

    private final Presence presence;

    ClusterController(Presence presence) {
        this.presence = presence;
    }

    @GetMapping("/observe/cluster")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer cluster() {
        ClusterView view = presence.view(WORKERS_MAX);
        return Answer.ok(json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("replicas");
                    view.replicas().forEach(replica -> write(replica, json));
                    json.writeEndArray();
                    json.writeNumberProperty("sockets", view.connections());
                    json.writeArrayPropertyStart("presence");
                    view.workers().forEach(worker -> write(worker, json));
                    json.writeEndArray();
                    json.writeEndObject();
                })
                .asSecret();
    }

    private static void write(Replica replica, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("replica", replica.name());
        json.writeStringProperty("version", replica.version());
        json.writeStringProperty("started_at", Timestamps.format(replica.startedAt()));
        json.writeStringProperty("last_seen_at", Timestamps.format(replica.lastSeenAt()));
        json.writeNumberProperty("sockets", replica.connections());
        json.writeEndObject();
    }

    private static void write(Worker worker, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("address", worker.address());
        json.writeStringProperty("worker_id", worker.workerId());
        json.writeStringProperty("session_id", worker.sessionId().toString());
        json.writeStringProperty("replica", worker.replica());
        json.writeStringProperty("connected_at", Timestamps.format(worker.connectedAt()));
        json.writeEndObject();
    }
}
