package dev.agentkernel.core.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.verification.Challenge.Task.Pipeline;
import dev.agentkernel.core.verification.Challenge.Task.ProofOfWork;
import dev.agentkernel.core.verification.Challenge.Task.Stub;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationGateTest {

    private static final KernelSecret SECRET = new KernelSecret(ByteString.ofHex("11".repeat(32)));
    private static final KernelSecret OTHER_SECRET = new KernelSecret(ByteString.ofHex("12".repeat(32)));
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private final SettableClock clock = new SettableClock();

    private VerificationGate gate(Gate kind, int difficultyBits) {
        return new VerificationGate(new VerificationSettings(kind, EXPIRY, difficultyBits), SECRET, clock);
    }

    private VerificationGate gate(Gate kind) {
        return gate(kind, 10);
    }

    private static String answerTo(Challenge challenge) {
        return switch (challenge.task()) {
            case Stub stub -> "whatever";
            case Pipeline pipeline -> PipelineSolver.solve(pipeline.seed(), pipeline.operations());
            case ProofOfWork work -> work(work);
        };
    }

    private static String work(ProofOfWork work) {
        for (int i = 0; ; i++) {
            byte[] digest = PipelineSolver.sha256((work.prefix() + i).getBytes(StandardCharsets.US_ASCII));
            if (new BigInteger(1, digest).bitLength() <= 256 - work.difficultyBits()) {
                return Integer.toString(i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Gate.class)
    void aRightAnswerIsRightAndCarriesIdAndExpiry(Gate kind) {
        VerificationGate gate = gate(kind);
        Challenge challenge = gate.issue();
        assertThat(challenge.expiresAt()).isEqualTo(SettableClock.START.plus(EXPIRY));
        AnsweredChallenge answered =
                gate.judge(challenge.id(), answerTo(challenge)).orElseThrow();
        assertThat(answered.answeredRightly()).isTrue();
        assertThat(answered.expiresAt()).isEqualTo(challenge.expiresAt());
        assertThat(answered.id().size()).isEqualTo(16);
    }

    @ParameterizedTest
    @EnumSource(
            value = Gate.class,
            names = {"PIPELINE", "PROOF_OF_WORK"})
    void aWrongAnswerIsWrongAndStillTellsWhichChallengeItUsesUp(Gate kind) {
        VerificationGate gate = gate(kind, 32);
        Challenge challenge = gate.issue();
        AnsweredChallenge answered = gate.judge(challenge.id(), "wrong").orElseThrow();
        assertThat(answered.answeredRightly()).isFalse();
        assertThat(answered.id())
                .isEqualTo(gate.judge(challenge.id(), "other").orElseThrow().id());
    }

    @Test
    void thePipelineAnswerMustBeExact() {
        VerificationGate gate = gate(Gate.PIPELINE);
        Challenge challenge = gate.issue();
        String answer = answerTo(challenge);
        for (String almost : Set.of(answer + " ", " " + answer, answer + "\n", answer.substring(1), "")) {
            assertThat(gate.judge(challenge.id(), almost).orElseThrow().answeredRightly())
                    .isFalse();
        }
    }

    @Test
    void theAnswerToAnotherChallengeIsWrong() {
        VerificationGate gate = gate(Gate.PIPELINE);
        assertThat(gate.judge(gate.issue().id(), answerTo(gate.issue()))
                        .orElseThrow()
                        .answeredRightly())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Gate.class)
    void anIdThatWasTamperedWithAtAnyBitIsUnknown(Gate kind) {
        VerificationGate gate = gate(kind);
        Challenge challenge = gate.issue();
        byte[] id = Base64.getUrlDecoder().decode(challenge.id());
        for (int bit = 0; bit < id.length * 8; bit++) {
            byte[] tampered = id.clone();
            tampered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(gate.judge(encode(tampered), "x")).as("bit %s", bit).isEmpty();
        }
        assertThat(gate.judge(encode(id), "x")).isPresent();
    }

    private static String encode(byte[] id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    @Test
    void anIdOfAnotherLengthIsUnknown() {
        VerificationGate gate = gate(Gate.STUB);
        byte[] id = Base64.getUrlDecoder().decode(gate.issue().id());
        for (int length = 0; length < 2 * id.length; length++) {
            if (length != id.length) {
                assertThat(gate.judge(encode(Arrays.copyOf(id, length)), "x")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "not base64 at all", "ключ", "\0", "=", "AAAA====", "\uD800"})
    void whatIsNoIdIsUnknown(String id) {
        assertThat(gate(Gate.STUB).judge(id, "x")).isEmpty();
    }

    @Test
    void aChallengeOfAnotherSecretOrAnotherGateIsUnknown() {
        Challenge challenge = gate(Gate.STUB).issue();
        VerificationGate otherSecret = new VerificationGate(VerificationSettings.DEFAULT, OTHER_SECRET, clock);
        assertThat(otherSecret.judge(challenge.id(), "x")).isEmpty();
        assertThat(gate(Gate.PIPELINE).judge(challenge.id(), "x"))
                .as("a stub must not pass where work is demanded")
                .isEmpty();
    }

    @Test
    void anyReplicaWithTheSameSecretJudgesAlike() {
        Challenge challenge = gate(Gate.PIPELINE).issue();
        assertThat(gate(Gate.PIPELINE)
                        .judge(challenge.id(), answerTo(challenge))
                        .orElseThrow()
                        .answeredRightly())
                .isTrue();
    }

    @Test
    void theExpiryIsThatOfTheIssueHoweverLateItIsJudged() {
        VerificationGate gate = gate(Gate.STUB);
        Challenge challenge = gate.issue();
        clock.advance(Duration.ofDays(1));
        assertThat(gate.judge(challenge.id(), "x").orElseThrow().expiresAt())
                .as("the commit compares it with its own time")
                .isEqualTo(SettableClock.START.plus(EXPIRY));
    }

    @Test
    void noTwoChallengesAreAlike() {
        VerificationGate gate = gate(Gate.PROOF_OF_WORK);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Challenge challenge = gate.issue();
            assertThat(seen.add(challenge.id())).isTrue();
            assertThat(seen.add(challenge.task())).isTrue();
        }
    }

    @Test
    void proofOfWorkNeedsItsBitsAndNoMore() {
        VerificationGate easy = gate(Gate.PROOF_OF_WORK, 1);
        int right = 0;
        for (int i = 0; i < 400; i++) {
            Challenge challenge = easy.issue();
            right += easy.judge(challenge.id(), "guess").orElseThrow().answeredRightly() ? 1 : 0;
        }
        assertThat(right).as("every second guess meets one bit").isBetween(120, 280);
        assertThat(((ProofOfWork) gate(Gate.PROOF_OF_WORK, 17).issue().task()).difficultyBits())
                .isEqualTo(17);
    }

    @ParameterizedTest
    @CsvSource({"ff, 0", "80, 0", "7f, 1", "40, 1", "01, 7", "0080, 8", "0001, 15", "00000000, 32", "000000ff, 24"})
    void leadingZeroBitsAreCountedAcrossBytes(String digest, int bits) {
        assertThat(ProofOfWorkTask.leadingZeroBits(ByteString.ofHex(digest).unsafeArray()))
                .isEqualTo(bits);
    }

    @Test
    void settingsOutOfRangeAreRefusedWithTheValueSeen() {
        assertThatThrownBy(() -> new VerificationSettings(Gate.STUB, Duration.ZERO, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new VerificationSettings(Gate.STUB, EXPIRY, 33))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("33");
        assertThatThrownBy(() -> new VerificationSettings(Gate.STUB, EXPIRY, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
