package dev.agentkernel.core.verification;

import java.util.Locale;

/** The kinds of challenge; the wire name of each is its lower-case name. */
public enum Gate {
    STUB,
    PIPELINE,
    PROOF_OF_WORK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }
}
