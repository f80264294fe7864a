package dev.agentkernel.core.auth;

import java.util.UUID;

/**
 * Who stands behind a request, as the token proved. The credential version is checked again by every commit, so a caller that
 * was verified before a rotation cannot write after it.
 */
public sealed interface Caller {

    /** The version of the credential that was presented; each rotation raises it by one, starting from 1. */
    int credentialVersion();

    /** An agent, by its permanent address. */
    record AgentCaller(String address, int credentialVersion) implements Caller {}

    /** An operator, who registers agents. */
    record OperatorCaller(UUID operatorId, int credentialVersion) implements Caller {}
}
