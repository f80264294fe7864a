package dev.agentkernel.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.verification.VerificationGate;
import dev.agentkernel.core.verification.VerificationSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRegistryTest {

    private static final KernelSecret SECRET = new KernelSecret(ByteString.ofHex("5a".repeat(32)));
    private static final Tokens TOKENS = new Tokens(SECRET);

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final AgentRegistry registry = registry(new RegistrySettings(3, 1_000, false));
    private int ids;

    private AgentRegistry registry(RegistrySettings settings) {
        Supplier<UUID> newId = () -> new UUID(0x7000L, ++ids);
        WebhookUrlPolicy policy = url -> url.startsWith("https:") ? Optional.empty() : Optional.of("it is not https.");
        return new AgentRegistry(
                running.commits(),
                storage.registry(),
                TOKENS,
                new VerificationGate(VerificationSettings.DEFAULT, SECRET, clock),
                policy,
                new WebhookSecrets(SECRET),
                settings,
                newId,
                true,
                RegistryListener.NONE);
    }

    private OperatorCaller newOperator() {
        return new OperatorCaller(registry.registerOperator("hash", null).operatorId(), 1);
    }

    private RegisteredAgent newAgent(OperatorCaller operator) {
        return registry.registerAgent(operator, registry.issueChallenge().id(), "anything", null);
    }

    private static ErrorCode refusalOf(ThrowingCallable call) {
        return catchThrowableOfType(RefusedException.class, call).code();
    }

    @Test
    void whoRegisteredCanBeAuthenticated() {
        Authenticator authenticator = new Authenticator(
                storage, TOKENS, new LocalWakeups(), AuthenticationListener.NONE, Ticker.systemTicker());
        RegisteredOperator registered = registry.registerOperator("hash", true);
        OperatorCaller operator = authenticator.operator(registered.apiKey());
        assertThat(operator).isEqualTo(new OperatorCaller(registered.operatorId(), 1));
        RegisteredAgent agent = newAgent(operator);
        assertThat(authenticator.agent(agent.token())).isEqualTo(new AgentCaller(agent.address(), 1));
        assertThat(registered.toString())
                .contains(registered.operatorId().toString())
                .doesNotContain(registered.apiKey());
        assertThat(agent.toString()).contains(agent.address()).doesNotContain(agent.token());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\0"})
    void aContactHashThatCannotBeIsRefused(String hash) {
        assertThat(refusalOf(() -> registry.registerOperator(hash, true))).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void aContactHashIsCountedInCharactersNotInCodeUnits() {
        registry.registerOperator("😀".repeat(1_024), null);
        assertThat(refusalOf(() -> registry.registerOperator("x".repeat(1_025), null)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void termsMustNotBeDeclinedAndBeAcceptedWhereTheyAreRequired() {
        AgentRegistry strict = registry(new RegistrySettings(1, 1_000, true));
        assertThat(refusalOf(() -> registry.registerOperator("hash", false))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(() -> strict.registerOperator("hash", null))).isEqualTo(ErrorCode.BAD_REQUEST);
        strict.registerOperator("hash", true);
        registry.registerOperator("hash", null);
        assertThat(storage.history())
                .extracting(stamped -> ((LogRecord.OperatorCreated) stamped.record()).acceptedTerms())
                .containsExactly(true, false);
    }

    @Test
    void aChallengeServesOneRegistration() {
        OperatorCaller operator = newOperator();
        String challenge = registry.issueChallenge().id();
        registry.registerAgent(operator, challenge, "x", null);
        assertThat(refusalOf(() -> registry.registerAgent(operator, challenge, "x", null)))
                .isEqualTo(ErrorCode.VERIFICATION_FAILED);
        assertThat(registry.operator(operator).agentCount()).isEqualTo(1);
    }

    @Test
    void anUnknownOrExpiredChallengeFails() {
        OperatorCaller operator = newOperator();
        assertThat(refusalOf(() -> registry.registerAgent(operator, "no challenge", "x", null)))
                .isEqualTo(ErrorCode.VERIFICATION_FAILED);
        String challenge = registry.issueChallenge().id();
        clock.advance(Duration.ofMinutes(5));
        assertThat(refusalOf(() -> registry.registerAgent(operator, challenge, "x", null)))
                .isEqualTo(ErrorCode.VERIFICATION_FAILED);
    }

    @Test
    void aRefusedWebhookUrlLeavesTheChallengeUnused() {
        OperatorCaller operator = newOperator();
        String challenge = registry.issueChallenge().id();
        assertThat(refusalOf(() -> registry.registerAgent(operator, challenge, "x", "http://example.com")))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        RegisteredAgent agent = registry.registerAgent(operator, challenge, "x", "https://example.com");
        assertThat(agent.webhookSecret()).isEqualTo(new WebhookSecrets(SECRET).secretOf(agent.address(), 1));
        assertThat(registry.self(new AgentCaller(agent.address(), 1)).webhookUrl())
                .isEqualTo("https://example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = "")
    @NullSource
    void noUrlMeansNoWebhook(@Nullable String url) {
        RegisteredAgent agent =
                registry.registerAgent(newOperator(), registry.issueChallenge().id(), "x", url);
        assertThat(agent.webhookSecret()).isNull();
        assertThat(registry.self(new AgentCaller(agent.address(), 1)).webhookUrl())
                .isNull();
    }

    @Test
    void anOperatorHasAtMostSoManyAgents() {
        OperatorCaller operator = newOperator();
        for (int i = 0; i < 3; i++) {
            newAgent(operator);
        }
        assertThat(refusalOf(() -> newAgent(operator))).isEqualTo(ErrorCode.FORBIDDEN);
        newAgent(newOperator());
    }

    @Test
    void aRotatedKeyIsDeadForEveryChange() {
        RegisteredOperator registered = registry.registerOperator("hash", null);
        OperatorCaller old = new OperatorCaller(registered.operatorId(), 1);
        String key = registry.rotateKey(old);
        assertThat(storage.find(TOKENS.digestOf(key)).orElseThrow().caller())
                .isEqualTo(new OperatorCaller(registered.operatorId(), 2));
        assertThat(storage.find(TOKENS.digestOf(registered.apiKey()))).isEmpty();
        assertThat(refusalOf(() -> registry.rotateKey(old))).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusalOf(() -> newAgent(old))).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void pagesNeitherSkipNorRepeatWhileOthersRegister() {
        OperatorCaller first = newOperator();
        OperatorCaller second = newOperator();
        RegisteredAgent a = newAgent(first);
        RegisteredAgent b = newAgent(second);
        RegisteredAgent c = newAgent(first);
        AgentCaller reader = new AgentCaller(a.address(), 1);

        RegistryPage page = registry.list(reader, AgentFilter.NONE, 0, 2);
        assertThat(page.agents()).extracting(AgentEntry::address).containsExactly(a.address(), b.address());
        assertThat(page.total()).isEqualTo(3);
        RegisteredAgent d = newAgent(second);
        RegistryPage next =
                registry.list(reader, AgentFilter.NONE, page.nextAfterSeq().orElseThrow(), 2);
        assertThat(next.agents()).extracting(AgentEntry::address).containsExactly(c.address(), d.address());
        assertThat(next.nextAfterSeq()).isEmpty();
        assertThat(next.total()).isEqualTo(4);

        RegistryPage own = registry.agentsOf(first, 0, 1);
        assertThat(own.agents()).extracting(AgentEntry::address).containsExactly(a.address());
        assertThat(own.total()).isEqualTo(2);
        assertThat(registry.agentsOf(first, own.nextAfterSeq().orElseThrow(), 1).agents())
                .extracting(AgentEntry::address)
                .containsExactly(c.address());
    }

    @Test
    void onlyReadsThatFoundSomethingAreLogged() {
        RegisteredAgent agent = newAgent(newOperator());
        AgentCaller reader = new AgentCaller(agent.address(), 1);
        assertThat(refusalOf(() -> registry.agent(reader, "tab_" + "0".repeat(20))))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusalOf(() -> registry.agent(reader, "nonsense"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(registry.agent(reader, agent.address()).address()).isEqualTo(agent.address());
        registry.list(reader, AgentFilter.NONE, 0, 10);
        registry.self(reader);
        await().until(() -> readsLogged() == 2);
        newOperator();
        assertThat(readsLogged()).isEqualTo(2);
    }

    private long readsLogged() {
        return storage.history().stream()
                .filter(stamped -> stamped.record() instanceof LogRecord.RegistryRead)
                .count();
    }

    @Test
    void callersThatAreGoneAreUnauthorized() {
        assertThat(refusalOf(() -> registry.operator(new OperatorCaller(new UUID(8, 8), 1))))
                .isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusalOf(() -> registry.self(new AgentCaller("tab_" + "0".repeat(20), 1))))
                .isEqualTo(ErrorCode.UNAUTHORIZED);
    }
}
