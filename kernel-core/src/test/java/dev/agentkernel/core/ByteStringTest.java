package dev.agentkernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteStringTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\0", "é", "€", "😀", "a😀b", "?"})
    void ofUtf8ShouldKeepEveryCharacter(String text) {
        assertThat(ByteString.ofUtf8(text).orElseThrow().toUtf8()).isEqualTo(text);
    }

    /** The platform's encoder writes a question mark for these, which is as long as the text. */
    @Test
    void ofUtf8ShouldBeEmptyWhenASurrogateStandsAlone() {
        for (String text : List.of("\ud800", "\udc00", "a\ud800", "\ud800b", "\udc00\ud800", "😀\ud83d", "a\udfffb")) {
            assertThat(ByteString.ofUtf8(text)).isEmpty();
        }
    }

    @Test
    void orderShouldBeThatOfUnsignedBytes() {
        ByteString ascii = ByteString.ofUtf8("z").orElseThrow();
        ByteString accent = ByteString.ofUtf8("é").orElseThrow();

        assertThat(ascii).isLessThan(accent);
        assertThat(ByteString.EMPTY).isLessThan(ascii);
    }
}
