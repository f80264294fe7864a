package dev.agentkernel.api.operators;

import dev.agentkernel.api.json.JsonFields;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/operators}. */
record OperatorRegistration(String contactHash, @Nullable Boolean acceptTerms) {

    static OperatorRegistration read(JsonFields fields) {
        String contactHash = null;
        Boolean acceptTerms = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "contact_hash" -> contactHash = fields.text();
                case "accept_terms" -> acceptTerms = fields.truth();
                default -> {}
            }
        }
        return new OperatorRegistration(fields.required("contact_hash", contactHash), acceptTerms);
    }
}
