package dev.agentkernel.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.messages.Route;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgentAccountsTest {

    private static final KernelSecret SECRET = new KernelSecret(ByteString.ofHex("5a".repeat(32)));
    private static final Tokens TOKENS = new Tokens(SECRET);
    private static final OperatorCaller OPERATOR = new OperatorCaller(new UUID(1, 1), 1);
    private static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final AgentCaller OTHER = new AgentCaller("tab_" + "b".repeat(20), 1);
    private static final String NOBODY = "tab_" + "c".repeat(20);
    private static final String URL = "https://example.com/";

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final WebhookSecrets secrets = new WebhookSecrets(SECRET);
    private final AgentAccounts accounts = new AgentAccounts(
            running.commits(),
            storage.registry(),
            TOKENS,
            url -> url.startsWith("https:") ? Optional.empty() : Optional.of("it is not https."),
            secrets,
            new RegistrySettings(3, 1, false));

    @BeforeEach
    void register() {
        running.leave(
                new LogRecord.OperatorCreated(OPERATOR.operatorId(), "hash", true, digest("key")),
                registered(AGENT, null),
                registered(OTHER, null));
    }

    private static ByteString digest(String of) {
        return ByteString.ofUtf8(of).orElseThrow();
    }

    private static LogRecord registered(AgentCaller agent, @Nullable String url) {
        return new LogRecord.AgentRegistered(agent.address(), OPERATOR.operatorId(), digest(agent.address()), url);
    }

    private static ErrorCode refusalOf(ThrowingCallable call) {
        return catchThrowableOfType(RefusedException.class, call).code();
    }

    private AgentEntry entry() {
        return storage.registry().agent(AGENT.address()).orElseThrow();
    }

    @Test
    void rotatedTokenShouldServeInPlaceOfTheOneBefore() {
        String token = accounts.rotateToken(AGENT);
        assertThat(storage.find(TOKENS.digestOf(token)).orElseThrow().caller())
                .isEqualTo(new AgentCaller(AGENT.address(), 2));
        assertThat(storage.find(digest(AGENT.address()))).isEmpty();
        assertThat(refusalOf(() -> accounts.rotateToken(AGENT))).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void onlyAnAgentOfTheOperatorShouldBeDeregistered() {
        OperatorCaller another = new OperatorCaller(new UUID(1, 2), 1);
        running.leave(new LogRecord.OperatorCreated(another.operatorId(), "hash", true, digest("another key")));
        assertThat(refusalOf(() -> accounts.deregister(another, AGENT.address())))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusalOf(() -> accounts.deregister(OPERATOR, NOBODY))).isEqualTo(ErrorCode.NOT_FOUND);
        accounts.deregister(OPERATOR, AGENT.address());
        assertThat(storage.registry().agent(AGENT.address())).isEmpty();
        assertThat(refusalOf(() -> accounts.deregister(OPERATOR, AGENT.address())))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void everyWebhookShouldHaveANewSecret() {
        assertThat(refusalOf(() -> accounts.setWebhook(AGENT, "http://example.com/")))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(entry().webhookUrl()).isNull();
        Webhook first = accounts.setWebhook(AGENT, URL);
        assertThat(first).isEqualTo(new Webhook(URL, secrets.secretOf(AGENT.address(), 1)));
        assertThat(accounts.setWebhook(AGENT, URL).secret()).isEqualTo(secrets.secretOf(AGENT.address(), 2));
        assertThat(entry().webhookUrl()).isEqualTo(URL);
        assertThat(entry().webhookSecretVersion()).isEqualTo(2);
        assertThat(first.toString()).contains(URL).doesNotContain(first.secret());
    }

    @Test
    void allThatWaitsShouldBeHandedOverWhenTheWebhookIsRemoved() {
        accounts.setWebhook(AGENT, URL);
        int messages = 2 * HandOverWaiting.MESSAGES_MAX + 1;
        running.leave(IntStream.range(0, messages)
                .mapToObj(i -> new LogRecord.MessageSent(
                        new UUID(2, i), OTHER.address(), AGENT.address(), digest("x"), Route.PUSH, null))
                .toArray(LogRecord[]::new));
        accounts.removeWebhook(AGENT);
        assertThat(entry().webhookUrl()).isNull();
        assertThat(storage.messages().depth(AGENT.address()).pullWaiting()).isEqualTo(messages);
    }

    @Test
    void profileShouldBeKeptAsItIsGivenBack() {
        AgentProfile profile = AgentProfile.checked("name", "", List.of("tag"));
        assertThat(accounts.setProfile(AGENT, profile)).isEqualTo(profile);
        assertThat(entry().profile()).isEqualTo(profile);
        accounts.setProfile(AGENT, AgentProfile.checked(null, null, List.of()));
        assertThat(entry().profile()).isNull();
    }

    @Test
    void blocksShouldLastUntilTheyAreTakenBack() {
        accounts.block(AGENT, OTHER.address());
        accounts.block(AGENT, OTHER.address());
        assertThat(accounts.blocks(AGENT)).containsExactly(OTHER.address());
        assertThat(accounts.blocks(OTHER)).isEmpty();
        int records = storage.history().size();
        accounts.unblock(AGENT, NOBODY);
        assertThat(storage.history()).hasSize(records);
        accounts.unblock(AGENT, OTHER.address());
        assertThat(accounts.blocks(AGENT)).isEmpty();
    }

    @Test
    void whatCannotBeBlockedShouldBeRefused() {
        assertThat(refusalOf(() -> accounts.block(AGENT, AGENT.address()))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(() -> accounts.block(AGENT, NOBODY))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(accounts.blocks(AGENT)).isEmpty();
    }

    @Test
    void whatIsNobodysAddressShouldCostNoCommit() {
        storage.failNextCommit(new IllegalStateException("it came to the commit"));
        assertThat(refusalOf(() -> accounts.deregister(OPERATOR, "nonsense"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusalOf(() -> accounts.block(AGENT, "nonsense"))).isEqualTo(ErrorCode.NOT_FOUND);
        accounts.unblock(AGENT, "nonsense");
    }
}
