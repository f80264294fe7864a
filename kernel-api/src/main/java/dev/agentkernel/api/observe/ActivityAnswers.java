package dev.agentkernel.api.observe;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.registry.ProfileContent;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentDetail;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.observation.AgentPage;
import dev.agentkernel.core.observation.Network;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentProfile;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What is told of agents and what they do. */
final class ActivityAnswers {

    private ActivityAnswers() {}

    static JsonContent page(AgentPage page) {
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("agents");
            page.agents().forEach(agent -> {
                json.writeStartObject();
                write(agent.entry(), agent.activity(), json);
                writeNameAndTags(agent.entry().profile(), json);
                json.writeEndObject();
            });
            json.writeEndArray();
            json.writeStringProperty(
                    "next_cursor",
                    page.nextAfterSeq().isPresent()
                            ? Cursors.afterSeq(page.nextAfterSeq().getAsLong())
                            : null);
            json.writeNumberProperty("total", page.total());
            json.writeEndObject();
        };
    }

    private static void write(AgentEntry entry, AgentActivity activity, JsonGenerator json) {
        Instant lastActive = activity.lastActive();
        json.writeStringProperty("address", entry.address());
        json.writeStringProperty("registered_at", Timestamps.format(entry.registeredAt()));
        writeCounts(activity, json);
        json.writeNumberProperty("state_writes", activity.stateWrites());
        json.writeStringProperty("last_active", lastActive == null ? null : Timestamps.format(lastActive));
    }

    /** Without the description, which is long: a page has a thousand agents. */
    private static void writeNameAndTags(@Nullable AgentProfile profile, JsonGenerator json) {
        if (profile == null) {
            json.writeNullProperty("profile");
            return;
        }
        json.writeObjectPropertyStart("profile");
        json.writeStringProperty("name", profile.name());
        json.writeArrayPropertyStart("tags");
        profile.tags().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeCounts(AgentActivity activity, JsonGenerator json) {
        json.writeNumberProperty("messages_sent", activity.messagesSent());
        json.writeNumberProperty("messages_received", activity.messagesReceived());
    }

    static JsonContent detail(AgentDetail detail) {
        return json -> {
            json.writeStartObject();
            write(detail.entry(), detail.activity(), json);
            ProfileContent.writeProperty(detail.entry().profile(), json);
            json.writeBooleanProperty("has_webhook", detail.entry().webhookUrl() != null);
            json.writeObjectPropertyStart("queue");
            json.writeNumberProperty("messages", detail.queue().messages());
            json.writeNumberProperty("content_bytes", detail.queue().contentBytes());
            json.writeEndObject();
            partners("sends_to", detail.sendsTo(), AgentLink::to, json);
            partners("receives_from", detail.receivesFrom(), AgentLink::from, json);
            json.writeArrayPropertyStart("recent_keys");
            detail.recentWrites().stream()
                    .map(ActivityAnswers::keyOf)
                    .distinct()
                    .forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        };
    }

    private static void partners(
            String name, List<AgentLink> links, Function<AgentLink, String> partner, JsonGenerator json) {
        json.writeArrayPropertyStart(name);
        for (AgentLink link : links) {
            json.writeStartObject();
            json.writeStringProperty("address", partner.apply(link));
            json.writeNumberProperty("count", link.messages());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String keyOf(Event written) {
        ByteString data = written.data();
        return JsonFields.parse(data.unsafeArray(), data.size(), fields -> {
            String key = "";
            while (fields.next()) {
                if (fields.name().equals("key")) {
                    key = fields.text();
                }
            }
            return key;
        });
    }

    static JsonContent network(Network network) {
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("nodes");
            for (AgentActivity node : network.nodes()) {
                json.writeStartObject();
                json.writeStringProperty("address", node.address());
                writeCounts(node, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("edges");
            for (AgentLink link : network.links()) {
                json.writeStartObject();
                json.writeStringProperty("from", link.from());
                json.writeStringProperty("to", link.to());
                json.writeNumberProperty("count", link.messages());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        };
    }
}
