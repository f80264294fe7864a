package dev.agentkernel.core.verification;

import java.time.Duration;

/**
 * Which gate stands before registration.
 *
 * @param gate the kind of challenge
 * @param challengeExpiry how long a challenge may be answered
 * @param difficultyBits leading zero bits that a proof of work needs, 1 to 32; each more doubles the work
 */
public record VerificationSettings(Gate gate, Duration challengeExpiry, int difficultyBits) {

    /** About a million hashes: a second or so on one core. */
    public static final int DIFFICULTY_BITS_DEFAULT = 20;

    public static final VerificationSettings DEFAULT =
            new VerificationSettings(Gate.STUB, Duration.ofMinutes(5), DIFFICULTY_BITS_DEFAULT);

    public VerificationSettings {
        if (challengeExpiry.isNegative() || challengeExpiry.isZero()) {
            throw new IllegalArgumentException("the challenge expiry is " + challengeExpiry + "; it must be positive");
        }
        if (difficultyBits < 1 || difficultyBits > 32) {
            throw new IllegalArgumentException("the difficulty is " + difficultyBits + " bits; it must be 1 to 32");
        }
    }
}
