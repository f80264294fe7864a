package dev.agentkernel.core.verification;

import java.nio.charset.StandardCharsets;

/** The {@code proof_of_work} challenge: cheap to judge, costly to answer. */
final class ProofOfWorkTask {

    private ProofOfWorkTask() {}

    static boolean isSolvedBy(Challenge.Task.ProofOfWork task, String response) {
        byte[] digest = PipelineTask.sha256((task.prefix() + response).getBytes(StandardCharsets.UTF_8));
        return leadingZeroBits(digest) >= task.difficultyBits();
    }

    static int leadingZeroBits(byte[] digest) {
        int bits = 0;
        for (byte octet : digest) {
            if (octet != 0) {
                return bits + Integer.numberOfLeadingZeros(octet & 0xff) - 24;
            }
            bits += 8;
        }
        return bits;
    }
}
