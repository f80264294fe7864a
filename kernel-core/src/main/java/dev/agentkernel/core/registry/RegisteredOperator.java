package dev.agentkernel.core.registry;

import java.util.UUID;

/** A new operator; the key is shown this once. */
public record RegisteredOperator(UUID operatorId, String apiKey) {

    /** Without the key, which has no place in a log. */
    @Override
    public String toString() {
        return "RegisteredOperator[" + operatorId + "]";
    }
}
