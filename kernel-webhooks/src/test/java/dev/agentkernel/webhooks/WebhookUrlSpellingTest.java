package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused by its spelling alone. The resolver would find every name public, so nothing is refused for its address. */
class WebhookUrlSpellingTest {

    private static final InetAddress PUBLIC = Addresses.of("93.184.215.14");

    private final WebhookUrlGuard guard =
            new WebhookUrlGuard(WebhookUrlSettings.defaults(), hostName -> List.of(PUBLIC));

    @AfterEach
    void stopResolver() {
        guard.close();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com,                      https://example.com",
        "https://example.com/,                     https://example.com/",
        "https://example.com:443/hook,             https://example.com:443/hook",
        "https://example.com:8443/hook?a=b&c=%2F,  https://example.com:8443/hook?a=b&c=%2F",
        "HTTPS://Example.COM/Hook?Q=A,             https://example.com/Hook?Q=A",
        "https://xn--bcher-kva.example/,           https://xn--bcher-kva.example/",
        "https://a-b.1c.example/,                  https://a-b.1c.example/",
        "https://93.184.215.14/,                   https://93.184.215.14/",
        "https://[2606:4700::1111]:8443/x,         https://[2606:4700::1111]:8443/x",
        "https://example.com/a@b:c,                https://example.com/a@b:c",
    })
    void allowsOrdinaryUrls(String url, String canonical) {
        assertThat(guard.check(url)).isInstanceOfSatisfying(Verdict.Allowed.class, allowed -> {
            assertThat(allowed.uri()).hasToString(canonical);
            assertThat(allowed.addresses()).isNotEmpty();
        });
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                     | must begin with https",
                "example.com/hook                       | must begin with https",
                "//example.com/hook                     | must begin with https",
                "http://example.com/                    | must begin with https",
                "ftp://example.com/                     | must begin with https",
                "file:///etc/passwd                     | must begin with https",
                "javascript:alert(1)                    | must begin with https",
                "httpss://example.com/                  | must begin with https",
                "https:example.com                      | no valid host",
                "https:/example.com                     | no valid host",
                "https:///example.com                   | no valid host",
                "https://:443/                          | no valid host",
                "https://                               | not a valid URL",
                "https://user@example.com/              | user name",
                "https://user:secret@example.com/       | user name",
                "https://@example.com/                  | user name",
                "https://example.com@127.0.0.1/         | user name",
                "https://example.com%40127.0.0.1/       | no valid host",
                "https://example.com/#fragment          | fragment",
                "https://example.com/#                  | fragment",
                "https://example.com#@evil.example/     | fragment",
                "https://example.com:80/                | Port 80 of the webhook URL is not allowed; allowed: 443, 8443",
                "https://example.com:0/                 | Port 0 ",
                "https://example.com:22/                | Port 22 ",
                "https://example.com:8080/              | Port 8080 ",
                "https://example.com:65979/             | Port 65979 ",
                "https://example.com:99999999999/       | no valid host",
                "https://example.com:443x/              | no valid host",
                "https://example.com:-1/                | no valid host",
                "https://exam ple.com/                  | Character 13 of the webhook URL is not printable ASCII",
                "https://bücher.example/                | Character 10 ",
                "https://example.com/ü                  | Character 21 ",
                "https://example。com/                  | Character 16 ",
                "https://①②⑦.0.0.1/                     | Character 9 ",
                "https://example.com\\@127.0.0.1/       | not a valid URL",
                "https://example.com\\127.0.0.1/        | not a valid URL",
                "https://example.com/%zz                | not a valid URL",
                "https://exa_mple.com/                  | no valid host",
                "https://%31%32%37.0.0.1/               | no valid host",
                "https://-example.com/                  | no valid host",
                "https://example-.com/                  | no valid host",
                "https://example..com/                  | no valid host",
                "https://.example.com/                  | no valid host",
                "https://example.com./                  | dot",
                "https://example.com.:443/              | dot",
                "https://localhost/                     | local name",
                "https://metadata/                      | local name",
                "https://localhost./                    | dot",
            })
    void refusesWhatIsNoPlainHttpsUrl(String url, String reason) {
        assertThat(guard.check(url))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "127.1",
                "127.0.1",
                "127.0.0.1.",
                "2130706433",
                "017700000001",
                "0x7f000001",
                "0x7f.0.0.1",
                "0x7f.1",
                "0X7F.0.0.1",
                "0177.0.0.1",
                "127.0.0.01",
                "127.0.0.256",
                "127.0.0.0x1",
                "127.0.0.0x",
                "1.2.3.4.5",
                "256.1.1.1",
                "4294967296",
                "99999999999999999999",
                "example.com.1",
                "example.0x7f",
                "1.1.1.08",
                "08.8.8.8",
            })
    void refusesNumbersThatOthersReadAsAddresses(String host) {
        assertThat(guard.check("https://" + host + "/")).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[::1]",
                "[::]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:8.8.8.8]",
                "[::ffff:7f00:1]",
                "[::ffff:808:808]",
                "[0:0:0:0:0:ffff:808:808]",
                "[::127.0.0.1]",
                "[64:ff9b::8.8.8.8]",
                "[64:ff9b::808:808]",
                "[2606:4700::1.1.1.1]",
                "[fe80::1]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]",
                "[2606:4700::1111%251]",
                "[2606:4700::1111",
                "2606:4700::1111",
                "[2606:4700:::1111]",
                "[2606:4700::11111]",
                "[1.1.1.1]",
                "[example.com]",
                "[]",
                "[v1.fe80::a]",
                "127.0.0.1",
                "10.1.2.3",
                "169.254.169.254",
                "0.0.0.0",
                "255.255.255.255",
            })
    void refusesAddressesThatAreNotPublicOrNotPlain(String host) {
        assertThat(guard.check("https://" + host + "/")).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void refusesHostNamesLongerThanDnsCarries() {
        String label = "a".repeat(63);
        String longest = "%s.%s.%s.%s".formatted(label, label, label, "a".repeat(61));

        assertThat(longest).hasSize(253);
        assertThat(guard.check("https://" + longest + "/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(guard.check("https://" + longest + "a/")).isInstanceOf(Verdict.Refused.class);
        assertThat(guard.check("https://" + "a".repeat(64) + ".example/")).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void refusesUrlsOverTheLimitAndNamesIt() {
        String longest = "https://example.com/" + "a".repeat(2_048 - 20);

        assertThat(guard.check(longest)).isInstanceOf(Verdict.Allowed.class);
        assertThat(guard.check(longest + "a"))
                .isEqualTo(new Verdict.Refused(
                        "The webhook URL is 2049 characters long; at most 2048 bytes are allowed."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\n", "\r", "\0", "\u007f", "\u00a0", "\u200b", "\u2044", "\ufe55"})
    void refusesInvisibleCharactersAnywhere(String character) {
        for (String url : List.of(
                character + "https://example.com/",
                "https://exam" + character + "ple.com/",
                "https://example.com/" + character + "path",
                "https://example.com/" + character)) {
            assertThat(guard.check(url)).as(url).isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void neverAsksTheResolverForAnAddressLiteral() {
        NameResolver failing = hostName -> {
            throw new UnknownHostException("asked for " + hostName);
        };
        try (WebhookUrlGuard literalsOnly = new WebhookUrlGuard(WebhookUrlSettings.defaults(), failing)) {
            assertThat(literalsOnly.check("https://93.184.215.14/")).isInstanceOf(Verdict.Allowed.class);
            assertThat(literalsOnly.check("https://[2606:4700::1111]/")).isInstanceOf(Verdict.Allowed.class);
        }
    }

    /** Whatever the text, there is a verdict, and what is allowed reads the same to the JDK's own parser. */
    @Test
    void decidesOnRandomTextsMadeOfUrlPieces() {
        String[] pieces = {
            "https",
            "http",
            ":",
            "//",
            "/",
            "\\",
            "@",
            "#",
            "?",
            "[",
            "]",
            "%",
            "%25",
            ".",
            "-",
            "_",
            "127.0.0.1",
            "0x7f",
            "::1",
            "::ffff:",
            "10",
            "1",
            "443",
            "8443",
            "example",
            "com",
            "localhost",
            "xn--",
            "é",
            " ",
            "\t",
            "a",
            "Z",
            "0",
        };
        Random random = new Random(20_261_120);
        int allowedCount = 0;
        for (int attempt = 0; attempt < 50_000; attempt++) {
            StringBuilder url = new StringBuilder(random.nextInt(4) == 0 ? "" : "https://");
            int count = random.nextInt(8);
            for (int piece = 0; piece < count; piece++) {
                url.append(pieces[random.nextInt(pieces.length)]);
            }
            if (guard.check(url.toString()) instanceof Verdict.Allowed(var uri, var addresses)) {
                allowedCount++;
                assertThat(uri.getScheme()).isEqualTo("https");
                assertThat(uri.getHost()).as(url.toString()).doesNotContain("@", "_", "%");
                assertThat(addresses).as(url.toString()).allMatch(PublicAddresses::isPublic);
            }
        }
        assertThat(allowedCount).as("texts that were allowed").isPositive();
    }
}
