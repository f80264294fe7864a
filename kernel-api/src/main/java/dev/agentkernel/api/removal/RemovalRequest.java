package dev.agentkernel.api.removal;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.api.json.Uuids;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.removal.RemovalTarget;
import java.util.UUID;

/** The body of {@code POST /admin/remove}. */
record RemovalRequest(RemovalTarget target, String reason) {

    static RemovalRequest read(JsonFields fields) {
        String type = null;
        String key = null;
        String messageId = null;
        String reason = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "type" -> type = fields.text();
                case "key" -> key = fields.textOrNull();
                case "message_id" -> messageId = fields.textOrNull();
                case "reason" -> reason = fields.text();
                default -> {}
            }
        }
        RemovalTarget target = switch (fields.required("type", type)) {
            case "state" -> RemovalTarget.state(fields.required("key", key));
            case "message" -> RemovalTarget.message(uuid(fields.required("message_id", messageId)));
            default -> throw RefusedException.badRequest("'type' must be 'state' or 'message'.");
        };
        return new RemovalRequest(target, fields.required("reason", reason));
    }

    private static UUID uuid(String text) {
        return Uuids.parse(text).orElseThrow(() -> RefusedException.badRequest("'message_id' must be a UUID."));
    }
}
