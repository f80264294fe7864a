package dev.agentkernel.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictUtf8Test {

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    private final CharBuffer decoded = CharBuffer.allocate(128);

    @ParameterizedTest
    @CsvSource({
        "c080, 0", // overlong NUL
        "e08080, 0", // overlong in three bytes
        "f0808080, 0", // overlong in four bytes
        "eda080, 0", // a lone surrogate
        "edb080, 0", // the other half
        "eda0bdedb882, 0", // a pair of them, as CESU-8 has it
        "f4908080, 0", // beyond U+10FFFF
        "f5808080, 0",
        "ff, 0",
        "80, 0", // a continuation of nothing
        "61c3, 1", // cut off
        "6161616161616161e282, 8",
        "61626364656667c328, 7",
        "c3a9, -1",
        "e282ac, -1",
        "f09f9880, -1",
        "f48fbfbf, -1",
        "00, -1"
    })
    void firstInvalidShouldTellWhereTheTextBreaks(String hex, int expected) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);

        assertThat(StrictUtf8.firstInvalid(bytes, bytes.length)).isEqualTo(expected);
    }

    @Test
    void itAgreesWithThePlatformsDecoderOnEverySequenceOfThreeBytes() {
        byte[] bytes = new byte[3];
        for (int value = 0x800000; value <= 0xffffff; value++) {
            bytes[0] = (byte) (value >> 16);
            bytes[1] = (byte) (value >> 8);
            bytes[2] = (byte) value;
            if (StrictUtf8.firstInvalid(bytes, 3) < 0 != decodes(bytes)) {
                throw new AssertionError("they differ on " + Integer.toHexString(value));
            }
        }
    }

    @Test
    void itAgreesWithThePlatformsDecoderOnRandomMixtures() {
        SplittableRandom random = new SplittableRandom(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = "plain text of some length, with é, € and 😀 in it".getBytes(StandardCharsets.UTF_8);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            byte[] part = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));

            assertThat(StrictUtf8.firstInvalid(part, part.length) < 0).isEqualTo(decodes(part));
        }
    }

    /** Asked for its result: an exception for each of eight million sequences takes half a minute. */
    private boolean decodes(byte[] bytes) {
        decoded.clear();
        CoderResult result = decoder.reset().decode(ByteBuffer.wrap(bytes), decoded, true);
        return result.isUnderflow();
    }
}
