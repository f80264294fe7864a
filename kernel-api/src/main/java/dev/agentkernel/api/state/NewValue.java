package dev.agentkernel.api.state;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.ByteString;

/** The body of {@code PUT /v1/state/{key}}. */
record NewValue(ByteString value) {

    static NewValue read(JsonFields fields) {
        ByteString value = null;
        while (fields.next()) {
            if (fields.name().equals("value")) {
                value = fields.utf8();
            }
        }
        return new NewValue(fields.required("value", value));
    }
}
