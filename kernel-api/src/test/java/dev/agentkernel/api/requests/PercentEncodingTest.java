package dev.agentkernel.api.requests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "a%20b, a b",
        "a+b, a+b",
        "%2F%2f, //",
        "%252F, %2F",
        "%C3%A9, é",
        "%F0%9F%98%80, 😀",
        "%25, %",
        "a;b=c, a;b=c",
    })
    void decodePathShouldDecodeOnce(String raw, String expected) {
        assertThat(PercentEncoding.decodePath(raw)).contains(expected);
    }

    @Test
    void decodeQueryShouldReadPlusAsSpace() {
        assertThat(PercentEncoding.decodeQuery("a+b%2Bc")).contains("a b+c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%2",
                "%zz",
                "a%",
                "%-1",
                "%+1",
                "%2\u0661",
                "%FF",
                "%C0%80",
                "%ED%A0%80",
                "%E2%82",
                "é",
                "%c3%28",
                "\uff10"
            })
    void whatIsBrokenIsEmpty(String raw) {
        assertThat(PercentEncoding.decodePath(raw)).isEmpty();
        assertThat(PercentEncoding.decodeQuery(raw)).isEmpty();
    }
}
