package dev.agentkernel.core.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.verification.Challenge.Task.Pipeline;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineTaskTest {

    private static final String SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static ByteString drawn(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ByteString.wrap(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "reverse, a1B2, 2B1a",
        "base64_encode, abcd, YWJjZA==",
        "base64_decode, YWJjZA==, abcd",
        "hex_encode, aZ, 615a",
        "sha256, abc, " + SHA256_OF_ABC,
        "uppercase, aB1-z, AB1-Z",
        "lowercase, aB1-Z, ab1-z",
        "rot13, AMNZamnz09=, NZAMnzam09=",
        "prepend:12ef, abc, 12efabc",
        "append:12ef, abc, abc12ef",
        "append:a:b, x, xa:b"
    })
    void anOperationDoesWhatTheContractSays(String operation, String text, String expected) {
        assertThat(PipelineTask.solve(new Pipeline(text, List.of(operation)))).isEqualTo(expected);
        assertThat(PipelineSolver.solve(text, List.of(operation)))
                .as("the test's own solver")
                .isEqualTo(expected);
    }

    @Test
    void operationsApplyInOrder() {
        Pipeline task = new Pipeline("abc", List.of("append:1", "reverse", "uppercase", "prepend:x"));
        assertThat(PipelineTask.solve(task)).isEqualTo("x1CBA");
    }

    @Test
    void anOperationThatWasNeverIssuedIsABug() {
        assertThatThrownBy(() -> PipelineTask.solve(new Pipeline("abc", List.of("md5"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("md5");
    }

    @Test
    void everyTaskHasEightOperationsAndTheAnswerOfAnIndependentSolver() {
        Random random = new Random(11);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            Pipeline task = PipelineTask.from(drawn(random));
            assertThat(task.seed()).matches("[0-9a-f]{32}");
            assertThat(task.operations()).hasSize(8);
            assertThat(PipelineTask.solve(task)).isEqualTo(PipelineSolver.solve(task.seed(), task.operations()));
            task.operations().forEach(operation -> names.add(operation.replaceFirst(":.*", "")));
        }
        assertThat(names)
                .as("every operation of the contract is drawn")
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
    void theSameBytesAlwaysGiveTheSameTask() {
        ByteString drawn = drawn(new Random(12));
        assertThat(PipelineTask.from(drawn)).isEqualTo(PipelineTask.from(ByteString.ofHex(drawn.toHex())));
        assertThat(PipelineTask.from(drawn)).isNotEqualTo(PipelineTask.from(drawn(new Random(13))));
    }

    /** A challenge issued before an upgrade must still be judged alike after it: this task is pinned. */
    @Test
    void aTaskStaysTheSameFromReleaseToRelease() {
        Pipeline task =
                PipelineTask.from(ByteString.ofHex("00112233445566778899aabbccddeeff" + "0123456789abcdef".repeat(2)));
        assertThat(task.seed()).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(task.operations())
                .isEqualTo(List.of(
                        "hex_encode",
                        "base64_encode",
                        "base64_decode",
                        "reverse",
                        "prepend:7eab",
                        "uppercase",
                        "prepend:b6f2",
                        "prepend:4354"));
    }
}
