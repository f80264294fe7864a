package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.demo.ChallengeSolver;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The three verification gates, answered by a solver that has read nothing but the contract. */
abstract class VerificationSuite extends HttpSuite {

    private static final Map<KernelSetup, String> GATES =
            Map.of(KernelSetup.OPEN, "stub", KernelSetup.NARROW, "pipeline", KernelSetup.RESTARTED, "proof_of_work");

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "NARROW", "RESTARTED"})
    void challengeShouldBeOfTheConfiguredKindAndServeOnce(KernelSetup setup) {
        RunningKernel kernel = kernels().get(setup);
        Operator operator = kernel.newOperator();
        Answer challenge = operator.challenge();
        assertThat(challenge.text("challenge_type")).isEqualTo(GATES.get(setup));
        assertThat(challenge.header("Cache-Control")).contains("no-store");
        Instant expected = kernel.clock().instant().plus(Duration.ofMinutes(5));
        assertThat(Instant.parse(challenge.text("expires_at")))
                .isBetween(expected.minusSeconds(5), expected.plusSeconds(5));

        String solution = ChallengeSolver.solve(challenge.json());
        operator.register(challenge, solution).expect(201);
        operator.register(challenge, solution).expectError(403, "verification_failed");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "NARROW", "RESTARTED"})
    void challengeShouldNotBeBoundToTheOperatorThatAskedForIt(KernelSetup setup) {
        Answer challenge = kernels().get(setup).newOperator().challenge();
        Operator other = kernels().get(setup).newOperator();
        other.register(challenge, ChallengeSolver.solve(challenge.json())).expect(201);
    }

    @ParameterizedTest
    @EnumSource(names = {"NARROW", "RESTARTED"})
    void wrongAnswerShouldUseTheChallengeUp(KernelSetup setup) {
        Operator operator = kernels().get(setup).newOperator();
        Answer challenge = operator.challenge();
        String solution = ChallengeSolver.solve(challenge.json());
        operator.register(challenge, wrong(challenge.json(), solution)).expectError(403, "verification_failed");
        operator.register(challenge, solution).expectError(403, "verification_failed");
        assertThat(operator.client()
                        .get("/v1/operators/me")
                        .expect(200)
                        .json()
                        .path("agent_count")
                        .asInt())
                .isZero();
    }

    private static String wrong(JsonNode challenge, String solution) {
        JsonNode data = challenge.path("challenge_data");
        String wrong = solution + "x";
        while (data.has("difficulty")
                && ChallengeSolver.isWork(
                        data.path("prefix").asString(),
                        wrong,
                        data.path("difficulty").asInt())) {
            wrong += "x";
        }
        return wrong;
    }

    @Test
    void missingResponseShouldPassTheStubAndNoOtherGate() {
        Operator open = kernel().newOperator();
        open.client().post("/v1/agents", withoutResponse(open.challenge())).expect(201);
        Operator narrow = narrowKernel().newOperator();
        narrow.client().post("/v1/agents", withoutResponse(narrow.challenge())).expectError(403, "verification_failed");
    }

    private static Map<String, Object> withoutResponse(Answer challenge) {
        return Map.of("verification_response", Map.of("challenge_id", challenge.text("challenge_id")));
    }

    @Test
    void pipelineShouldAskForEveryOperationSoonerOrLater() {
        Operator operator = narrowKernel().newOperator();
        Set<String> asked = new TreeSet<>();
        for (int i = 0; i < 300 && asked.size() < 10; i++) {
            for (JsonNode operation :
                    operator.challenge().json().path("challenge_data").path("operations")) {
                asked.add(operation.path("op").asString().replaceFirst(":.*", ""));
            }
        }
        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "reverse",
                        "base64_encode",
                        "base64_decode",
                        "hex_encode",
                        "sha256",
                        "uppercase",
                        "lowercase",
                        "rot13",
                        "prepend",
                        "append");
    }

    @Test
    void manyPipelinesShouldBeSolvedByTheContractAlone() {
        for (int i = 0; i < 10; i++) {
            Operator operator = narrowKernel().newOperator();
            for (int j = 0; j < 3; j++) {
                operator.newAgent();
            }
        }
    }

    @Test
    void expiredChallengeShouldFail() {
        Operator operator = kernels().get(KernelSetup.BRIEF).newOperator();
        Answer challenge = operator.challenge();
        Instant end = Instant.parse(challenge.text("expires_at"));
        await().atMost(Duration.ofSeconds(20)).until(() -> Instant.now().isAfter(end));
        operator.register(challenge, "any").expectError(403, "verification_failed");
    }

    @Test
    void challengeOfAnotherKernelOrOfNobodyShouldFail() {
        Answer foreign = narrowKernel().newOperator().challenge();
        Operator operator = kernel().newOperator();
        operator.register(foreign, ChallengeSolver.solve(foreign.json())).expectError(403, "verification_failed");
        for (String id : new String[] {"x", "c1.1795167300.nN2cVb0Xq1rJkq8x", "ä", "=", "A".repeat(100_000)}) {
            operator.client()
                    .post("/v1/agents", Map.of("verification_response", Map.of("challenge_id", id, "response", "x")))
                    .expectError(403, "verification_failed");
        }
    }

    /** Every bit of the id counts: none can be changed to make the challenge another one, live longer, or serve twice. */
    @Test
    void changedChallengeShouldFail() {
        Operator operator = kernel().newOperator();
        Answer challenge = operator.challenge();
        byte[] id = Base64.getUrlDecoder().decode(challenge.text("challenge_id"));
        for (int i = 0; i < id.length; i++) {
            byte[] changed = id.clone();
            changed[i] ^= 1;
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            operator.client()
                    .post("/v1/agents", Map.of("verification_response", Map.of("challenge_id", text)))
                    .expectError(403, "verification_failed");
        }
        operator.register(challenge, "any").expect(201);
        for (String respelt : respellings(challenge.text("challenge_id"))) {
            operator.client()
                    .post("/v1/agents", Map.of("verification_response", Map.of("challenge_id", respelt)))
                    .expectError(403, "verification_failed");
        }
    }

    /** Other texts that a lenient decoder reads as the same bytes. */
    private static String[] respellings(String id) {
        char last = id.charAt(id.length() - 1);
        String trailingBits = id.substring(0, id.length() - 1) + (char) (last + 1);
        return new String[] {id + "=", id + "==", trailingBits, " " + id, id + "\n"};
    }
}
