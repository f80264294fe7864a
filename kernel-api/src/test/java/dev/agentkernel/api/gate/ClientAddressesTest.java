package dev.agentkernel.api.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ClientAddressesTest {

    private final ClientAddresses clients =
            new ClientAddresses(TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1")));

    private String subject(String peer, String... forwarded) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(peer);
        for (String field : forwarded) {
            request.addHeader("X-Forwarded-For", field);
        }
        return clients.subjectOf(request);
    }

    @Test
    void theWordOfAStrangerDoesNotCount() {
        assertThat(subject("203.0.113.9", "198.51.100.1")).isEqualTo("client 203.0.113.9");
        assertThat(subject("192.0.2.8", "198.51.100.1")).isEqualTo("client 192.0.2.8");
        assertThat(subject("11.0.0.1", "198.51.100.1")).isEqualTo("client 11.0.0.1");
    }

    @Test
    void theWordOfATrustedProxyCounts() {
        assertThat(subject("10.1.2.3", "198.51.100.1")).isEqualTo("client 198.51.100.1");
        assertThat(subject("192.0.2.7", "198.51.100.1")).isEqualTo("client 198.51.100.1");
        assertThat(subject("::1", "198.51.100.1")).isEqualTo("client 198.51.100.1");
        assertThat(subject("10.1.2.3")).isEqualTo("client 10.1.2.3");
    }

    @Test
    void whatAClientPutInFrontIsNotBelieved() {
        assertThat(subject("10.1.2.3", "1.1.1.1, 198.51.100.1")).isEqualTo("client 198.51.100.1");
        assertThat(subject("10.1.2.3", "1.1.1.1", "198.51.100.1, 10.9.9.9")).isEqualTo("client 198.51.100.1");
        assertThat(subject("10.1.2.3", "10.0.0.1, 198.51.100.1")).isEqualTo("client 198.51.100.1");
    }

    @Test
    void aChainOfTrustedProxiesAloneEndsAtTheFirst() {
        assertThat(subject("10.1.2.3", "10.0.0.1, 10.0.0.2")).isEqualTo("client 10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "example.org",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "_hidden",
                "[::1",
                ":::"
            })
    void whatIsNoAddressEndsTheSearchAtTheProxy(String hop) {
        assertThat(subject("10.1.2.3", "198.51.100.1, " + hop)).isEqualTo("client 10.1.2.3");
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.1:4711, client 198.51.100.1",
        "[2001:db8::5]:443, client 2001:db8:0:0:0:0:0:0/64",
        "2001:db8::5, client 2001:db8:0:0:0:0:0:0/64",
        "2001:db8:0:0:ffff::1, client 2001:db8:0:0:0:0:0:0/64",
        "2001:db8:0:1::1, client 2001:db8:0:1:0:0:0:0/64",
        "2001:db8::5%eth0, client 2001:db8:0:0:0:0:0:0/64",
        "::ffff:198.51.100.1, client 198.51.100.1",
    })
    void addressesComeInManyForms(String hop, String expected) {
        assertThat(subject("10.1.2.3", hop)).isEqualTo(expected);
    }

    @Test
    void anAddressMappedIntoIpv6IsTheSameClient() {
        assertThat(subject("::ffff:203.0.113.9")).isEqualTo("client 203.0.113.9");
        assertThat(subject("::ffff:10.0.0.1", "198.51.100.1")).isEqualTo("client 198.51.100.1");
    }

    @Test
    void aVeryLongChainIsNotFollowedForever() {
        String chain = "198.51.100.1, " + "10.0.0.1, ".repeat(1_000) + "10.0.0.2";

        assertThat(subject("10.1.2.3", chain)).isEqualTo("client 10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy.example.org",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0/8",
                "fd00::/129",
                "/8"
            })
    void settingsThatAreNoNetworkAreRefusedByName(String range) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedProxies.of(List.of(range)))
                .withMessageContaining("kernel.trusted-proxies has '" + range + "'");
    }

    @Test
    void networksMatchToTheBit() {
        ClientAddresses some = new ClientAddresses(TrustedProxies.of(List.of("172.16.0.0/12", "0.0.0.0/0")));
        ClientAddresses few = new ClientAddresses(TrustedProxies.of(List.of("172.16.0.0/12")));

        assertThat(subjectBehind(few, "172.31.255.255")).isEqualTo("client 198.51.100.1");
        assertThat(subjectBehind(few, "172.32.0.0")).isEqualTo("client 172.32.0.0");
        assertThat(subjectBehind(some, "8.8.8.8")).isEqualTo("client 198.51.100.1");
    }

    private static String subjectBehind(ClientAddresses clients, String peer) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(peer);
        request.addHeader("X-Forwarded-For", "198.51.100.1");
        return clients.subjectOf(request);
    }
}
