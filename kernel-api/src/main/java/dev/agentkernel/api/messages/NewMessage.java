package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.MessageContext;

/** The body of {@code POST /v1/messages}. */
record NewMessage(String to, ByteString content, MessageContext context) {

    static NewMessage read(JsonFields fields) {
        String to = null;
        ByteString content = null;
        ContextFields context = new ContextFields();
        while (fields.next()) {
            switch (fields.name()) {
                case "to" -> to = fields.text();
                case "content" -> content = fields.utf8();
                default -> context.read(fields);
            }
        }
        return new NewMessage(fields.required("to", to), fields.required("content", content), context.context());
    }
}
