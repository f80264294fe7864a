package dev.agentkernel.app.contract;

import java.util.List;

/** Says that an answer is not what the OpenAPI document promises, with every difference that was found. */
public final class ContractViolation extends AssertionError {

    private static final long serialVersionUID = 1;

    ContractViolation(Exchange exchange, List<String> problems) {
        super("The answer breaks the OpenAPI document:\n- " + String.join("\n- ", problems) + "\n\n"
                + exchange.describe());
    }
}
