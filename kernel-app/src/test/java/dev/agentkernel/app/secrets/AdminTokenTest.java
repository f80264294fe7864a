package dev.agentkernel.app.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.core.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTokenTest {

    private static final String GIVEN = "a-token-of-32-characters-or-more!";

    private final RememberedSecrets store = new RememberedSecrets();

    @Test
    void tokenShouldBeTheOneInTheStoreWhenNoneIsConfigured() {
        AdminToken token = AdminToken.load(null, store);
        String kept = store.loadOrCreate("admin-token", () -> ByteString.EMPTY).toHex();
        assertThat(kept).hasSize(64);
        assertThat(token.is(kept)).isTrue();
        assertThat(token.is(kept.substring(1))).isFalse();
        assertThat(token.is("")).isFalse();
        assertThat(token.place()).isEqualTo("memory/admin-token");
        assertThat(AdminToken.load(null, store).is(kept)).isTrue();
    }

    @Test
    void tokenShouldBeTheConfiguredOneAndNotBeKept() {
        AdminToken token = AdminToken.load(GIVEN, store);
        assertThat(token.is(GIVEN)).isTrue();
        assertThat(token.is(GIVEN + "x")).isFalse();
        assertThat(store.names()).isEmpty();
    }

    @Test
    void tokenShouldNeverShowItself() {
        assertThat(AdminToken.load(GIVEN, store)).asString().doesNotContain(GIVEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"short", "a token with spaces that is long enough", "ein-Schlüssel-mit-Umlaut-der-lang-genug-ist"
            })
    void startShouldFailWithoutShowingTheTokenWhenItCannotBeUsed(String token) {
        assertThatThrownBy(() -> AdminToken.load(token, store))
                .isInstanceOf(StartFailedException.class)
                .hasMessageStartingWith("kernel.admin.token has " + token.length() + " characters")
                .message()
                .doesNotContain(token);
    }
}
