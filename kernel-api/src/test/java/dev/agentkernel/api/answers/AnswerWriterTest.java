package dev.agentkernel.api.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;

class AnswerWriterTest {

    private static MockHttpServletResponse write(byte[] content) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        AnswerWriter.write(response, Answer.ok(json -> json.writeUTF8String(content, 0, content.length)));
        return response;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                500,
                512,
                8_000,
                MeasuredOutput.KEPT_MAX - 3,
                MeasuredOutput.KEPT_MAX - 2,
                MeasuredOutput.KEPT_MAX,
                1 << 20
            })
    void theDeclaredLengthIsThatOfTheContentWhateverItsSize(int size) throws Exception {
        MockHttpServletResponse response = write("x".repeat(size).getBytes(StandardCharsets.US_ASCII));

        assertThat(response.getContentLengthLong()).isEqualTo(size + 2);
        assertThat(response.getContentAsByteArray()).hasSize(size + 2);
        assertThat(response.getContentAsString()).isEqualTo('"' + "x".repeat(size) + '"');
    }

    @Test
    void theDeclaredLengthCountsEscapesAndBytes() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            int size = random.nextInt(round % 10 == 0 ? 60_000 : 300);
            for (int i = 0; i < size; i++) {
                text.appendCodePoint("\0\u0001\n\"\\/aé€😀\u007f\u2028".codePointAt(random.nextInt(9)));
            }
            byte[] content =
                    text.toString().replaceAll("[\\ud800-\\udfff]", "😀").getBytes(StandardCharsets.UTF_8);

            MockHttpServletResponse response = write(content);

            assertThat(response.getContentLengthLong()).isEqualTo(response.getContentAsByteArray().length);
        }
    }

    @Test
    void theHeaderSaysWhatTheAnswerIs() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();

        AnswerWriter.write(
                response,
                Answer.created(json -> json.writeNumber(1))
                        .withEntityTag("\"7\"")
                        .asSecret());

        assertThat(response.getStatus()).isEqualTo(201);
        assertThat(response.getContentType()).isEqualTo("application/json");
        assertThat(response.getHeader("ETag")).isEqualTo("\"7\"");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    }
}
