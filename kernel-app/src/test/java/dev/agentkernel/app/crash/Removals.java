package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.Map;

/** What an administrator asks for. */
final class Removals {

    static final String TOKEN = "administrators-token-of-the-tests-0123456789";

    private Removals() {}

    static Reply removeState(HttpConnection connection, String key) throws IOException {
        return connection.post("/admin/remove", TOKEN, Map.of("type", "state", "key", key, "reason", "the law"));
    }

    static Reply removeMessage(HttpConnection connection, String messageId) throws IOException {
        return connection.post(
                "/admin/remove", TOKEN, Map.of("type", "message", "message_id", messageId, "reason", "the law"));
    }
}
