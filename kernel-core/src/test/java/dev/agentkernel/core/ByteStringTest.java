package dev.agentkernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteStringTest {

    private static ByteString utf8(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD800",
                "\uDC00",
                "a\uD800",
                "\uD800a",
                "plain text with one \uDFFF inside",
                "\uDC00\uD800",
                "é\uD83D",
                "😀\uD83D",
                "\uD83D😀",
                "\uD83D\uD83D"
            })
    void aLoneSurrogateCannotBeSaid(String text) {
        assertThat(ByteString.ofUtf8(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?", "a?b", "plain", "é", "€", "\u0000", "\uFFFD", "ключ", "😀", "a😀?é", "\uE000\uD7FF"})
    void everythingElseComesBackAsItWas(String text) {
        assertThat(utf8(text).toUtf8()).isEqualTo(text);
        assertThat(utf8(text).unsafeArray()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theOrderIsThatOfUnsignedBytesAndSoOfCodePoints() {
        List<ByteString> ordered = List.of(
                ByteString.EMPTY,
                utf8("\u0000"),
                utf8("A"),
                utf8("a"),
                utf8("aa"),
                utf8("\u007F"),
                utf8("\u0080"),
                utf8("\u07FF"),
                utf8("\uFFFD"),
                utf8("😀"),
                ByteString.ofHex("ff"));
        assertThat(ordered.reversed().stream().sorted()).containsExactlyElementsOf(ordered);

        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            String a = Character.toString(codePoint(random)) + Character.toString(codePoint(random));
            String b = Character.toString(codePoint(random)) + Character.toString(codePoint(random));
            int byCodePoint = java.util.Arrays.compare(
                    a.codePoints().toArray(), b.codePoints().toArray());
            assertThat(Integer.signum(utf8(a).compareTo(utf8(b)))).isEqualTo(Integer.signum(byCodePoint));
        }
    }

    private static int codePoint(Random random) {
        int drawn = random.nextInt(0x110000);
        return drawn >= 0xD800 && drawn <= 0xDFFF ? drawn - 0x800 : drawn;
    }

    @Test
    void equalityIsByContent() {
        assertThat(ByteString.ofHex("00ff"))
                .isEqualTo(ByteString.ofHex("00FF"))
                .hasSameHashCodeAs(ByteString.ofHex("00FF"));
        assertThat(ByteString.ofHex("00ff"))
                .isNotEqualTo(ByteString.ofHex("00fe"))
                .isNotEqualTo(null)
                .isNotEqualTo("00ff");
        assertThat(ByteString.ofHex("00ff").equalsInConstantTime(ByteString.ofHex("00ff")))
                .isTrue();
        assertThat(ByteString.ofHex("00ff").equalsInConstantTime(ByteString.ofHex("00fe")))
                .isFalse();
        assertThat(ByteString.ofHex("00ff").equalsInConstantTime(ByteString.ofHex("00")))
                .isFalse();
        assertThat(ByteString.wrap(new byte[0])).isSameAs(ByteString.EMPTY);
    }

    @Test
    void hexadecimalGoesThereAndBack() {
        assertThat(ByteString.ofHex("00ff7F").toHex()).isEqualTo("00ff7f");
        assertThat(ByteString.ofHex("00ff7F").size()).isEqualTo(3);
        assertThatThrownBy(() -> ByteString.ofHex("0g")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsTextTellsTheLengthAlone() {
        assertThat(utf8("secret")).hasToString("ByteString[6 bytes]");
    }
}
