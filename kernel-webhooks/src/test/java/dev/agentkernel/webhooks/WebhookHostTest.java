package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host alone, without the JDK's URI parser before it, which refuses some of these by itself. */
class WebhookHostTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "0",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x",
                "a.0x",
                "a.0x7f",
                "127.0.0.0x1",
                "1.2.3.256",
                "256.2.3.4",
                "1.2.3.999",
                "1.2.3.1000",
                "1.2.3.00",
                "1.2.3.04",
                "01.2.3.4",
                "1.2.3.4.5",
                "1.2.3",
                "1.2.3.4.",
                "a_b.example",
                "a b.example",
                "-a.example",
                "a-.example",
                "a.example%00",
                "bücher.example",
                "UPPER.example",
                "[::1%lo]",
                "[::ffff:1.2.3.4]",
                "[::ffff:102:304]",
                "[1.2.3.4]",
                "[nothing]",
                "[",
                "[]",
            })
    void malformedHostsAreNeitherNameNorAddress(String host) {
        assertThat(WebhookHost.of(host)).isInstanceOf(WebhookHost.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,         0.0.0.0",
        "1.2.3.4,         1.2.3.4",
        "255.255.255.255, 255.255.255.255",
        "10.20.30.249,    10.20.30.249",
        "[::1],           ::1",
        "[2001:db8::a],   2001:db8::a",
    })
    void literalsAreTheirAddress(String host, String address) {
        assertThat(WebhookHost.of(host)).isEqualTo(new WebhookHost.Literal(Addresses.of(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "localhost", "a.b", "1.2.3.4a", "1a.example", "0x7f.example", "xn--bcher-kva.example"})
    void namesStayAsTheyAre(String host) {
        assertThat(WebhookHost.of(host)).isEqualTo(new WebhookHost.Name(host));
    }
}
