package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlGuardTest {

    private static final String URL = "https://hooks.example.com/in";
    private static final String NOT_PUBLIC = "The host of the webhook URL does not resolve to public addresses only.";

    @Test
    void allowedUrlCarriesEveryAddressInTheOrderOfTheResolver() {
        List<InetAddress> addresses = addresses("93.184.215.14", "2606:4700::1111", "1.1.1.1");

        Verdict verdict = check(WebhookUrlSettings.defaults(), hostName -> addresses, URL);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.addresses()).containsExactlyElementsOf(addresses));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "93.184.215.14 127.0.0.1",
                "127.0.0.1 93.184.215.14",
                "93.184.215.14 1.1.1.1 8.8.8.8 10.0.0.1",
                "93.184.215.14 ::1",
                "2606:4700::1111 fd00::1",
                "2606:4700::1111 64:ff9b::808:808",
                "169.254.169.254",
            })
    void oneAddressThatIsNotPublicRefusesTheUrl(String answer) {
        List<InetAddress> addresses = addresses(answer.split(" "));

        assertThat(check(WebhookUrlSettings.defaults(), hostName -> addresses, URL))
                .isEqualTo(new Verdict.Refused(NOT_PUBLIC));
    }

    @Test
    void mappedAddressFromTheResolverIsRefused() {
        byte[] mapped = new byte[16];
        Arrays.fill(mapped, 10, 16, (byte) 0xff);
        InetAddress address = Addresses.ipv6OfBytes(mapped);

        assertThat(check(WebhookUrlSettings.defaults(), hostName -> List.of(address), URL))
                .isEqualTo(new Verdict.Refused(NOT_PUBLIC));
    }

    /** A client that could tell these apart could list the names of the internal network. */
    @Test
    void unknownEmptyPrivateAndBrokenAnswersAreRefusedInTheSameWords() {
        Stream<NameResolver> resolvers = Stream.of(
                hostName -> {
                    throw new UnknownHostException(hostName);
                },
                hostName -> List.of(),
                hostName -> addresses("10.0.0.7"),
                hostName -> {
                    throw new IllegalStateException("broken resolver");
                },
                hostName -> Arrays.asList(Addresses.of("1.1.1.1"), null));

        assertThat(resolvers.map(resolver -> check(WebhookUrlSettings.defaults(), resolver, URL)))
                .hasSize(5)
                .containsOnly(new Verdict.Refused(NOT_PUBLIC));
    }

    @Test
    void registrationHearsTheReasonOfARefusalAndNothingOtherwise() {
        try (WebhookUrlGuard guard =
                new WebhookUrlGuard(WebhookUrlSettings.defaults(), hostName -> addresses("1.1.1.1"))) {
            assertThat(guard.refusalOf(URL)).isEmpty();
            assertThat(guard.refusalOf("http://hooks.example.com/"))
                    .contains("The webhook URL must begin with https://.");
        }
    }

    @Test
    void slowResolverIsNotWaitedForAndTheClientMayTryAgain() {
        CountDownLatch never = new CountDownLatch(1);
        WebhookUrlSettings impatient =
                new WebhookUrlSettings(false, false, Set.of(443), 2_048, Duration.ofMillis(50), 1);

        Verdict verdict = check(
                impatient,
                hostName -> {
                    awaitWithoutInterruption(never);
                    return List.of();
                },
                URL);

        assertThat(verdict)
                .isEqualTo(new Verdict.Refused(
                        "The host of the webhook URL could not be resolved within 0.05 seconds; try again later."));
        never.countDown();
    }

    /** Resolutions that hang take every place but those of receivers that do well. */
    @Test
    void provenReceiverIsResolvedHoweverManyOthersHang() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        WebhookUrlSettings settings =
                new WebhookUrlSettings(false, false, Set.of(443), 2_048, Duration.ofSeconds(60), 1);
        NameResolver resolver = hostName -> {
            if (hostName.startsWith("hang")) {
                hanging.countDown();
                awaitWithoutInterruption(never);
            }
            return addresses("1.1.1.1");
        };
        try (WebhookUrlGuard guard = new WebhookUrlGuard(settings, resolver)) {
            Thread stranger = Thread.ofVirtual().start(() -> guard.check("https://hang.example.com/"));
            hanging.await();

            assertThat(guard.checkProven(URL)).isInstanceOf(Verdict.Allowed.class);

            never.countDown();
            stranger.join();
        }
    }

    @Test
    void resolverIsAskedForTheNameInLowerCase() {
        List<String> asked = new ArrayList<>();

        check(
                WebhookUrlSettings.defaults(),
                hostName -> {
                    asked.add(hostName);
                    return addresses("1.1.1.1");
                },
                "https://Hooks.EXAMPLE.com/");

        assertThat(asked).containsExactly("hooks.example.com");
    }

    @Test
    void closedGuardRefusesNames() {
        WebhookUrlGuard guard = new WebhookUrlGuard(WebhookUrlSettings.defaults(), hostName -> addresses("1.1.1.1"));
        guard.close();

        assertThat(guard.check(URL)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void systemResolverFindsLocalhostWhichIsRefusedByItsAddress() throws Exception {
        assertThat(NameResolver.ofSystem().resolve("localhost"))
                .isNotEmpty()
                .allMatch(InetAddress::isLoopbackAddress)
                .noneMatch(PublicAddresses::isPublic);
    }

    @ParameterizedTest
    @CsvSource({
        // allow http, allow private addresses, url, allowed
        "false, false, https://hooks.example.com:443/, true",
        "false, false, http://hooks.example.com/,      false",
        "false, false, https://hooks.example.com:9/,   false",
        "true,  false, http://hooks.example.com/,      true",
        "true,  false, http://hooks.example.com:3000/, true",
        "true,  false, https://hooks.example.com/,     true",
        "true,  false, http://127.0.0.1/,              false",
        "true,  false, http://receiver/,               false",
        "false, true,  https://127.0.0.1:9443/,        true",
        "false, true,  http://127.0.0.1/,              false",
        "true,  true,  http://127.0.0.1:18080/hook,    true",
        "true,  true,  http://localhost:18080/hook,    true",
        "true,  true,  http://receiver:3000/hook,      true",
        "true,  true,  http://[::1]:3000/,             true",
        "true,  true,  http://10.1.2.3/,               true",
        "true,  true,  http://0.0.0.0/,                false",
        "true,  true,  http://224.0.0.1/,              false",
        "true,  true,  http://[::]/,                   false",
        "true,  true,  http://127.1/,                  false",
        "true,  true,  http://user@127.0.0.1/,         false",
        "true,  true,  http://127.0.0.1:0/,            false",
        "true,  true,  http://127.0.0.1:65536/,        false",
        "true,  true,  ftp://127.0.0.1/,               false",
    })
    void switchesForDevelopmentAllowWhatTheySayAndNoMore(
            boolean allowHttp, boolean allowPrivateAddresses, String url, boolean allowed) {
        WebhookUrlSettings settings = WebhookUrlSettings.defaults().withDevelopment(allowHttp, allowPrivateAddresses);
        NameResolver resolver = hostName -> addresses(hostName.contains(".") ? "93.184.215.14" : "127.0.0.1");

        assertThat(check(settings, resolver, url))
                .isInstanceOf(allowed ? Verdict.Allowed.class : Verdict.Refused.class);
    }

    private static Verdict check(WebhookUrlSettings settings, NameResolver resolver, String url) {
        try (WebhookUrlGuard guard = new WebhookUrlGuard(settings, resolver)) {
            return guard.check(url);
        }
    }

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(Addresses::of).toList();
    }

    private static void awaitWithoutInterruption(CountDownLatch latch) {
        boolean released = false;
        while (!released) {
            try {
                latch.await();
                released = true;
            } catch (InterruptedException ignoredLikeTheSystemResolverDoes) {
                // Waits on.
            }
        }
    }
}
