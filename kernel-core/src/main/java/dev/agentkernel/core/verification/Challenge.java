package dev.agentkernel.core.verification;

import java.time.Instant;
import java.util.List;

/**
 * A challenge to be answered before an agent may register.
 *
 * @param id opaque; holds everything about the challenge, under a MAC, so that any replica can judge the response
 */
public record Challenge(String id, Task task, Instant expiresAt) {

    /** What is asked for. */
    public sealed interface Task {

        /** Nothing: any response passes. */
        record Stub() implements Task {}

        /** To apply the operations to the seed, in order. */
        record Pipeline(String seed, List<String> operations) implements Task {
            public Pipeline {
                operations = List.copyOf(operations);
            }
        }

        /** To find a response for which SHA-256 of prefix and response has so many leading zero bits. */
        record ProofOfWork(String prefix, int difficultyBits) implements Task {}
    }
}
