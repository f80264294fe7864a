package dev.agentkernel.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class UnknownTokensTest {
    private static final Pattern TOKEN = Pattern.compile("Authorization: Bearer (at_live_[0-9a-f]{64})\r\n");

    @Test
    void everyRequestShouldCarryAnotherWellFormedToken() {
        UnknownTokens source = new UnknownTokens("/v1/agents/me");
        Set<String> tokens = new HashSet<>();

        for (int i = 0; i < 1_000; i++) {
            ByteBuffer out = ByteBuffer.allocate(source.requestBytesMax());
            source.next(out);
            Matcher token = TOKEN.matcher(new String(out.array(), StandardCharsets.US_ASCII));
            assertThat(token.find()).isTrue();
            tokens.add(token.group(1));
        }

        assertThat(tokens).hasSize(1_000);
    }
}
