package dev.agentkernel.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.SharedCredentials;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {

    private static final Tokens TOKENS = new Tokens(new KernelSecret(ByteString.ofHex("07".repeat(32))));
    private static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final OperatorCaller OPERATOR = new OperatorCaller(new UUID(1, 1), 4);

    private final String agentToken = TOKENS.newAgentToken();
    private final String operatorKey = TOKENS.newOperatorKey();
    private final FakeCredentials store = new FakeCredentials();
    private final LocalWakeups wakeups = new LocalWakeups();
    private final CountingListener counts = new CountingListener();
    private long nanos;
    private final Authenticator authenticator = new Authenticator(store, TOKENS, wakeups, counts, () -> nanos);

    /** Credentials in a map; something may happen in the middle of a look-up. */
    private static final class FakeCredentials implements CredentialStore {
        private final Map<ByteString, Credential> credentials = new HashMap<>();
        private Runnable afterFinding = () -> {};
        private int lookUps;

        void put(String token, Caller caller) {
            ByteString digest = TOKENS.digestOf(token);
            credentials.put(digest, new Credential(digest, caller));
        }

        void remove(String token) {
            credentials.remove(TOKENS.digestOf(token));
        }

        @Override
        public Optional<Credential> find(ByteString digest) {
            lookUps++;
            Optional<Credential> found = Optional.ofNullable(credentials.get(digest));
            afterFinding.run();
            return found;
        }
    }

    private static final class CountingListener implements AuthenticationListener {
        private final List<String> told = new ArrayList<>();

        @Override
        public void hit(long tookNanos) {
            assertThat(tookNanos).isBetween(0L, Duration.ofHours(1).toNanos());
            told.add("hit");
        }

        @Override
        public void missed(long tookNanos) {
            assertThat(tookNanos).isBetween(0L, Duration.ofHours(1).toNanos());
            told.add("missed");
        }

        @Override
        public void refused() {
            told.add("refused");
        }
    }

    private void isUnauthorized(ThrowingCallable call) {
        assertThat(catchThrowableOfType(RefusedException.class, call).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void aKnownTokenIsLookedUpOnce() {
        store.put(agentToken, AGENT);
        store.put(operatorKey, OPERATOR);
        for (int i = 0; i < 3; i++) {
            assertThat(authenticator.agent(agentToken)).isEqualTo(AGENT);
            assertThat(authenticator.operator(operatorKey)).isEqualTo(OPERATOR);
        }
        assertThat(store.lookUps).isEqualTo(2);
        assertThat(counts.told).containsExactly("missed", "missed", "hit", "hit", "hit", "hit");
    }

    @Test
    void anUnknownTokenIsLookedUpOnceInTenSeconds() {
        for (int i = 0; i < 3; i++) {
            isUnauthorized(() -> authenticator.agent(agentToken));
        }
        assertThat(store.lookUps).isEqualTo(1);
        assertThat(counts.told).containsExactly("missed", "refused", "hit", "refused", "hit", "refused");
        store.put(agentToken, AGENT);
        nanos += Duration.ofSeconds(11).toNanos();
        assertThat(authenticator.agent(agentToken)).isEqualTo(AGENT);
    }

    @Test
    void aKnownTokenIsLookedUpAgainAfterFiveMinutes() {
        store.put(agentToken, AGENT);
        authenticator.agent(agentToken);
        nanos += Duration.ofSeconds(299).toNanos();
        authenticator.agent(agentToken);
        assertThat(store.lookUps).isEqualTo(1);
        nanos += Duration.ofSeconds(2).toNanos();
        authenticator.agent(agentToken);
        assertThat(store.lookUps).isEqualTo(2);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "nonsense", "at_live_zz", "sk_live_zz", "at_live_\0"})
    void aMalformedTokenCostsNoLookUp(@Nullable String token) {
        isUnauthorized(() -> authenticator.agent(token));
        isUnauthorized(() -> authenticator.operator(token));
        assertThat(store.lookUps).isZero();
        assertThat(counts.told).containsExactly("refused", "refused");
    }

    @Test
    void aTokenOfTheWrongKindIsRefused() {
        store.put(agentToken, AGENT);
        store.put(operatorKey, OPERATOR);
        isUnauthorized(() -> authenticator.agent(operatorKey));
        isUnauthorized(() -> authenticator.operator(agentToken));
        assertThat(store.lookUps).isZero();
    }

    @Test
    void aTokenWhoseCredentialIsOfTheOtherKindIsRefused() {
        store.put(agentToken, OPERATOR);
        store.put(operatorKey, AGENT);
        isUnauthorized(() -> authenticator.agent(agentToken));
        isUnauthorized(() -> authenticator.operator(operatorKey));
    }

    @Test
    void aStoreThatAnswersWithAnotherDigestIsNotBelieved() {
        ByteString asked = TOKENS.digestOf(agentToken);
        store.credentials.put(asked, new Credential(TOKENS.digestOf("another"), AGENT));
        isUnauthorized(() -> authenticator.agent(agentToken));
    }

    @Test
    void aRotationForgetsTheOldKeyAtOnceAndNobodyElses() {
        store.put(operatorKey, OPERATOR);
        store.put(agentToken, AGENT);
        authenticator.operator(operatorKey);
        authenticator.agent(agentToken);
        store.remove(operatorKey);
        wakeups.credentialRevoked(new OperatorCaller(OPERATOR.operatorId(), 5));

        isUnauthorized(() -> authenticator.operator(operatorKey));
        authenticator.agent(agentToken);
        assertThat(store.lookUps).isEqualTo(3);
    }

    @Test
    void aHintAboutTheSameVersionOrAnotherHolderForgetsNothing() {
        store.put(operatorKey, OPERATOR);
        store.put(agentToken, AGENT);
        authenticator.operator(operatorKey);
        authenticator.agent(agentToken);
        wakeups.credentialRevoked(OPERATOR);
        wakeups.credentialRevoked(AGENT);
        wakeups.credentialRevoked(new OperatorCaller(new UUID(1, 2), 9));
        wakeups.credentialRevoked(new AgentCaller("tab_" + "b".repeat(20), 9));
        authenticator.operator(operatorKey);
        authenticator.agent(agentToken);
        assertThat(store.lookUps).isEqualTo(2);
        wakeups.credentialRevoked(new AgentCaller(AGENT.address(), 2));
        authenticator.agent(agentToken);
        assertThat(store.lookUps).isEqualTo(3);
    }

    @Test
    void aRotationDuringTheLookUpIsNotOutlivedByTheCache() {
        store.put(operatorKey, OPERATOR);
        store.afterFinding = () -> {
            store.remove(operatorKey);
            wakeups.credentialRevoked(new OperatorCaller(OPERATOR.operatorId(), 5));
        };
        assertThat(authenticator.operator(operatorKey))
                .as("it was still right when it was found")
                .isEqualTo(OPERATOR);
        store.afterFinding = () -> {};
        isUnauthorized(() -> authenticator.operator(operatorKey));
    }

    @Test
    void aStorageThatIsAwayIsNotTakenForAnUnknownToken() {
        store.put(agentToken, AGENT);
        StorageException away = MemoryStorage.away();
        store.afterFinding = () -> {
            throw away;
        };
        assertThatThrownBy(() -> authenticator.agent(agentToken)).isSameAs(away);
        store.afterFinding = () -> {};
        assertThat(authenticator.agent(agentToken)).isEqualTo(AGENT);
    }

    @Test
    void refusalsNeverRepeatTheToken() {
        assertThatThrownBy(() -> authenticator.agent(agentToken))
                .hasMessageNotContaining(agentToken)
                .hasMessageContaining("at_live_");
    }

    /** A store that another process changes, too. */
    private final class SharedStore implements CredentialStore, SharedCredentials {
        private long ended;
        private boolean away;

        @Override
        public Optional<Credential> find(ByteString digest) {
            if (away) {
                throw MemoryStorage.away();
            }
            return store.find(digest);
        }

        @Override
        public Optional<SharedCredentials> shared() {
            return Optional.of(this);
        }

        @Override
        public Map<String, Integer> versionsOf(Collection<String> addresses) {
            return addresses.contains(AGENT.address()) ? Map.of(AGENT.address(), AGENT.credentialVersion()) : Map.of();
        }

        @Override
        public long ended() {
            if (away) {
                throw MemoryStorage.away();
            }
            return ended;
        }
    }

    private final SharedStore shared = new SharedStore();

    private Authenticator sharing() {
        Authenticator sharing = new Authenticator(shared, TOKENS, wakeups, counts, () -> nanos);
        store.put(agentToken, AGENT);
        sharing.lookForRevocations();
        sharing.agent(agentToken);
        return sharing;
    }

    private void wait(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void aTokenThatDiedUnheardEndsWithTheNextLook() {
        Authenticator sharing = sharing();
        store.remove(agentToken);
        assertThat(sharing.agent(agentToken)).isEqualTo(AGENT);
        shared.ended++;
        sharing.lookForRevocations();
        isUnauthorized(() -> sharing.agent(agentToken));
    }

    @Test
    void withoutALookNobodyIsTrustedForLongerThanASecond() {
        Authenticator sharing = sharing();
        store.remove(agentToken);
        wait(Duration.ofMillis(900));
        assertThat(sharing.agent(agentToken)).isEqualTo(AGENT);
        wait(Duration.ofMillis(100));
        isUnauthorized(() -> sharing.agent(agentToken));
    }

    @Test
    void aLookThatFailsIsNone() {
        Authenticator sharing = sharing();
        shared.away = true;
        wait(Duration.ofSeconds(1));
        sharing.lookForRevocations();
        assertThatThrownBy(() -> sharing.agent(agentToken)).isInstanceOf(StorageException.class);
        shared.away = false;
        sharing.lookForRevocations();
        int lookUps = store.lookUps;
        sharing.agent(agentToken);
        assertThat(store.lookUps).as("nothing had died meanwhile").isEqualTo(lookUps);
    }

    @Test
    void whoeverGoesByACredentialIsToldThatSomeDied() {
        List<String> told = new ArrayList<>();
        wakeups.subscribe(new Wakeups.Listener() {
            @Override
            public void onSomeCredentialsRevoked() {
                told.add("some");
            }
        });
        Authenticator sharing = sharing();
        sharing.lookForRevocations();
        assertThat(told).isEmpty();
        shared.ended++;
        sharing.lookForRevocations();
        assertThat(told).containsExactly("some");
    }

    @Test
    void aSharedStoreSaysWhichVersionsLive() {
        assertThat(sharing().versionsOf(List.of(AGENT.address(), "tab_nobody")))
                .isEqualTo(Map.of(AGENT.address(), AGENT.credentialVersion()));
    }

    @Test
    void aStoreOfOneProcessNeedsNoLook() {
        assertThat(authenticator.mustLookForRevocations()).isFalse();
        assertThat(sharing().mustLookForRevocations()).isTrue();
    }
}
