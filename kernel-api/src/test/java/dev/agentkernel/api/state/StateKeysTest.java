package dev.agentkernel.api.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateKeysTest {

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "a/b, a/b",
        "a//b, a//b",
        "/a, /a",
        "a/, a/",
        "//, //",
        "a%2Fb, a/b",
        "a%2f..%2fb, a/../b",
        "..%2F, ../",
        "%2F.., /..",
        "a/%2F./b, a//./b",
        "..., ...",
        "a/..b/.c/d., a/..b/.c/d.",
        "a;b=c, a;b=c",
        "a/..;x/b, a/..;x/b",
        "a+b, a+b",
        "a%20b, a b",
        "%25, %",
        "%252e%252e, %2e%2e",
        "a%5Cb, a\\b",
        "%D0%BA, к",
        "%F0%9F%98%80, 😀",
        "_capacity/x, _capacity/x",
        "'', ''",
    })
    void theKeyIsTheRestOfThePathDecodedOnce(String raw, String key) {
        assertThat(StateKeys.of(raw)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "a/./b",
                "a/../b",
                "./a",
                "../a",
                "a/.",
                "a/..",
                "a/%2e/b",
                "a/%2E%2e",
                ".%2E",
                "%2e./a",
                "a/..//b"
            })
    void dotSegmentsAreRefused(String raw) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> StateKeys.of(raw))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("segment"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%2", "%gg", "%FF", "%C0%AF", "%ED%A0%80", "é"})
    void whatIsNotUtf8IsRefused(String raw) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> StateKeys.of(raw))
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("not valid UTF-8"));
    }
}
