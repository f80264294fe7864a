package dev.agentkernel.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    private final Tokens tokens = new Tokens(new KernelSecret(ByteString.ofHex("00".repeat(32))));

    @Test
    void newTokensAndAddressesHaveTheFormsOfTheContractAndNeverMeet() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String key = tokens.newOperatorKey();
            String token = tokens.newAgentToken();
            String address = tokens.newAddress();
            assertThat(key).matches("sk_live_[0-9a-f]{64}");
            assertThat(token).matches("at_live_[0-9a-f]{64}");
            assertThat(address).matches("tab_[a-z0-9]{20}");
            assertThat(Tokens.isWellFormed(key, Tokens.OPERATOR_PREFIX)).isTrue();
            assertThat(Tokens.isWellFormed(token, Tokens.AGENT_PREFIX)).isTrue();
            assertThat(Tokens.isAddress(address)).isTrue();
            made.addAll(Set.of(key, token, address));
        }
        assertThat(made).hasSize(3_000);
    }

    @Test
    void everyLetterAndDigitOccursInAddresses() {
        StringBuilder drawn = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            drawn.append(tokens.newAddress().substring(Tokens.ADDRESS_PREFIX.length()));
        }
        assertThat(drawn.chars().distinct().count()).isEqualTo(36);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "at_live_",
                "at_live",
                "sk_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "at_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
                "at_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
                "at_live_0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "at_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg",
                "at_live_ 123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "at_live_/123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde:",
                "at_live_٠123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "AT_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void whatHasNotTheFormIsNoAgentToken(String text) {
        assertThat(Tokens.isWellFormed(text, Tokens.AGENT_PREFIX)).isFalse();
        assertThat(Tokens.isWellFormed("at_live_" + HEX, Tokens.AGENT_PREFIX)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tab_",
                "tab_aaaaaaaaaaaaaaaaaaa",
                "tab_aaaaaaaaaaaaaaaaaaaaa",
                "tab_aaaaaaaaaaaaaaaaaaaA",
                "tab_aaaaaaaaaaaaaaaaaaa`",
                "tab_aaaaaaaaaaaaaaaaaaa{",
                "tab_aaaaaaaaaaaaaaaaaaa/",
                "tab_aaaaaaaaaaaaaaaaaaa:",
                "tab-aaaaaaaaaaaaaaaaaaaa",
                "tab_aaaaaaaaaaaaaaaaaaaä"
            })
    void whatHasNotTheFormIsNoAddress(String text) {
        assertThat(Tokens.isAddress(text)).isFalse();
        assertThat(Tokens.isAddress("tab_az09azazaz0909090909")).isTrue();
    }

    @Test
    void digestsAreTheSameForTheSameSecretAndOthersForAnother() {
        Tokens same = new Tokens(new KernelSecret(ByteString.ofHex("00".repeat(32))));
        Tokens other = new Tokens(new KernelSecret(ByteString.ofHex("00".repeat(31) + "01")));
        assertThat(tokens.digestOf("at_live_" + HEX)).isEqualTo(same.digestOf("at_live_" + HEX));
        assertThat(tokens.digestOf("at_live_" + HEX)).isNotEqualTo(other.digestOf("at_live_" + HEX));
        assertThat(tokens.digestOf("at_live_" + HEX)).isNotEqualTo(tokens.digestOf("sk_live_" + HEX));
        assertThat(tokens.digestOf("x").size()).isEqualTo(32);
    }
}
