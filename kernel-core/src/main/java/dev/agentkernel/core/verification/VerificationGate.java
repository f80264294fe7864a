package dev.agentkernel.core.verification;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Issues challenges and judges responses, without keeping any: a challenge's id carries its kind, its expiry and a nonce under a
 * MAC, and its task follows from the nonce. That a challenge serves only once is for the commit of the registration to check.
 */
public final class VerificationGate {

    private static final byte ID_VERSION = 1;
    private static final int NONCE_BYTES = 16;
    private static final int PAYLOAD_BYTES = 2 + Long.BYTES + NONCE_BYTES;

    /** 128 bits of a MAC: nobody guesses one within the five minutes a challenge lives. */
    private static final int MAC_BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final VerificationSettings settings;
    private final InstantSource clock;
    private final KeyedDigest mac;
    private final KeyedDigest taskSeeds;

    public VerificationGate(VerificationSettings settings, KernelSecret secret, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.mac = secret.keyFor("challenge-mac");
        this.taskSeeds = secret.keyFor("challenge-task");
    }

    /** A new challenge of the configured kind. */
    public Challenge issue() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        Instant expiresAt = clock.instant().truncatedTo(ChronoUnit.MILLIS).plus(settings.challengeExpiry());
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES)
                .put(ID_VERSION)
                .put((byte) settings.gate().ordinal())
                .putLong(expiresAt.toEpochMilli())
                .put(nonce)
                .array();
        byte[] id = ByteBuffer.allocate(PAYLOAD_BYTES + MAC_BYTES)
                .put(payload)
                .put(macOf(payload))
                .array();
        return new Challenge(Base64.getUrlEncoder().withoutPadding().encodeToString(id), taskOf(nonce), expiresAt);
    }

    /** The verdict on a response, or nothing when the id is not of a challenge that this kernel issued for its present gate. */
    public Optional<AnsweredChallenge> judge(String challengeId, String response) {
        byte[] id = decode(challengeId);
        if (id.length != PAYLOAD_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        byte[] payload = Arrays.copyOf(id, PAYLOAD_BYTES);
        ByteString presented = ByteString.wrap(Arrays.copyOfRange(id, PAYLOAD_BYTES, id.length));
        if (!presented.equalsInConstantTime(ByteString.wrap(macOf(payload)))
                || payload[0] != ID_VERSION
                || payload[1] != settings.gate().ordinal()) {
            return Optional.empty();
        }
        Instant expiresAt = Instant.ofEpochMilli(ByteBuffer.wrap(payload).getLong(2));
        byte[] nonce = Arrays.copyOfRange(payload, PAYLOAD_BYTES - NONCE_BYTES, PAYLOAD_BYTES);
        boolean right = isRight(taskOf(nonce), response);
        return Optional.of(new AnsweredChallenge(ByteString.wrap(nonce), expiresAt, right));
    }

    private static byte[] decode(String challengeId) {
        try {
            return Base64.getUrlDecoder().decode(challengeId);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private byte[] macOf(byte[] payload) {
        return Arrays.copyOf(mac.of(payload).unsafeArray(), MAC_BYTES);
    }

    private Challenge.Task taskOf(byte[] nonce) {
        ByteString seed = taskSeeds.of(nonce);
        return switch (settings.gate()) {
            case STUB -> new Challenge.Task.Stub();
            case PIPELINE -> PipelineTask.from(seed);
            case PROOF_OF_WORK ->
                new Challenge.Task.ProofOfWork(
                        ByteString.wrap(Arrays.copyOf(seed.unsafeArray(), NONCE_BYTES))
                                .toHex(),
                        settings.difficultyBits());
        };
    }

    private static boolean isRight(Challenge.Task task, String response) {
        return switch (task) {
            case Challenge.Task.Stub stub -> true;
            case Challenge.Task.Pipeline pipeline ->
                PipelineTask.solve(pipeline).equals(response);
            case Challenge.Task.ProofOfWork work -> ProofOfWorkTask.isSolvedBy(work, response);
        };
    }
}
