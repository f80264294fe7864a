package dev.agentkernel.api.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON",
                "application/json;",
                "application/json ;charset=x"
            })
    void jsonIsJsonWithAnyParameters(String contentType) {
        assertThat(ContentTypes.isJson(contentType)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/jsonx",
                "application/json5",
                "application/json+x",
                "application/vnd.api+json",
                "application/x-www-form-urlencoded",
                "application/json, text/plain",
                " application/json"
            })
    void nothingElseIsJson(String contentType) {
        assertThat(ContentTypes.isJson(contentType)).isFalse();
    }

    @Test
    void noContentTypeIsNotJson() {
        assertThat(ContentTypes.isJson(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Bearer abc, abc", "bearer abc, abc", "BEARER   abc, abc"})
    void theSchemeIsReadInAnyCase(String authorization, String token) {
        assertThat(BearerToken.of(authorization)).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearerabc", "Basic abc", "Token abc", "Bear abc", "Bearer\tabc"})
    void otherSchemesHaveNoToken(String authorization) {
        assertThat(BearerToken.of(authorization)).isNull();
    }

    @Test
    void noFieldHasNoToken() {
        assertThat(BearerToken.of(null)).isNull();
    }
}
