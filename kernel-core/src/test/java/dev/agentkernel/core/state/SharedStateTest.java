package dev.agentkernel.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.state.Precondition.VersionNotIn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SharedStateTest {

    private static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final StateSettings SETTINGS = new StateSettings(8, 10, 1_000);

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final SharedState state = new SharedState(running.commits(), storage, SETTINGS, true);

    @BeforeEach
    void registerAgent() {
        running.leave(new LogRecord.AgentRegistered(AGENT.address(), new UUID(1, 1), ByteString.EMPTY, null));
    }

    private StateChange write(String key, String value) {
        return state.write(AGENT, key, ByteString.ofUtf8(value).orElseThrow(), Precondition.NONE);
    }

    @Test
    void whatWasWrittenIsReadWithItsVersion() {
        StateChange change = write("key", "value");
        assertThat(state.read(AGENT, "key"))
                .contains(new StateEntry(
                        "key",
                        ByteString.ofUtf8("value").orElseThrow(),
                        AGENT.address(),
                        change.changedAt(),
                        change.version()));
        StateChange deletion = state.delete(AGENT, "key", Precondition.NONE);
        assertThat(deletion.key()).isEqualTo("key");
        assertThat(deletion.version()).isGreaterThan(change.version());
        assertThat(state.read(AGENT, "key")).isEmpty();
    }

    @Test
    void readsAreEventsWhetherTheKeyExistsOrNot() {
        write("key", "value");
        state.read(AGENT, "key");
        state.read(AGENT, "other");
        await().untilAsserted(() -> assertThat(storage.history())
                .extracting(stamped -> stamped.record())
                .contains(
                        new LogRecord.StateRead("key", AGENT.address(), true),
                        new LogRecord.StateRead("other", AGENT.address(), false)));
    }

    @Test
    void readsAreNoEventsWhereTheyAreNotLogged() {
        SharedState silent = new SharedState(running.commits(), storage, SETTINGS, false);
        silent.read(AGENT, "key");
        write("after", "x");
        assertThat(storage.history())
                .extracting(stamped -> stamped.record())
                .noneMatch(LogRecord.StateRead.class::isInstance);
    }

    @Test
    void whoWaitsIsAnsweredWithTheChange() {
        Precondition known = new VersionNotIn(Set.of(write("key", "old").version()));
        CompletableFuture<Optional<StateEntry>> waiting =
                CompletableFuture.supplyAsync(() -> state.readChanged(AGENT, "key", known, LONG));
        await().until(() -> state.waiting() == 1);
        StateChange change = write("key", "new");
        state.waitingRequests().onStateChanged("key".hashCode());
        assertThat(waiting.join()).get().extracting(StateEntry::version).isEqualTo(change.version());
        assertThat(state.waiting()).isZero();
    }

    @Test
    void nobodyWaitsForAChangeThatHasBeenOrForNoTime() {
        StateChange change = write("key", "value");
        Precondition changed = new VersionNotIn(Set.of(change.version() - 1));
        assertThat(state.readChanged(AGENT, "key", changed, LONG)).isPresent();
        Precondition same = new VersionNotIn(Set.of(change.version()));
        assertThat(state.readChanged(AGENT, "key", same, Duration.ZERO)).isPresent();
        assertThat(state.readChanged(AGENT, "key", same, Duration.ofMillis(20))).isPresent();
    }

    @Test
    void theEndAnswersWhoWaitsAsThingsAre() {
        CompletableFuture<Optional<StateEntry>> waiting =
                CompletableFuture.supplyAsync(() -> state.readChanged(AGENT, "key", new Precondition.Exists(), LONG));
        await().until(() -> state.waiting() == 1);
        state.endWaiting();
        assertThat(waiting.join()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "123456789", "ключи", "a\uD800", "\uDC00", "😀😀a"})
    void aKeyThatCannotBeIsABadRequestOfEveryKind(String key) {
        assertThat(List.of(
                        catchThrowableOfType(RefusedException.class, () -> state.read(AGENT, key)),
                        catchThrowableOfType(
                                RefusedException.class, () -> state.readChanged(AGENT, key, Precondition.NONE, LONG)),
                        catchThrowableOfType(RefusedException.class, () -> write(key, "x")),
                        catchThrowableOfType(
                                RefusedException.class, () -> state.delete(AGENT, key, Precondition.NONE))))
                .extracting(RefusedException::code)
                .containsOnly(ErrorCode.BAD_REQUEST);
    }

    @Test
    void keysAndValuesMayHaveAllTheBytesThatAreAllowed() {
        write("12345678", "1234567890");
        write("😀😀", "");
        assertThat(catchThrowableOfType(RefusedException.class, () -> write("k", "12345678901"))
                        .code())
                .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
        assertThat(state.totals()).isEqualTo(new StateTotals(8 + 10 + 8, 2));
        assertThat(state.capacityBytes()).isEqualTo(1_000);
    }

    @Test
    void pagesFollowTheBytesOfUtf8AndEndWithoutACursor() {
        for (String key : List.of("\uFF61", "😀", "b", "a", "ab", "%")) {
            write(key, "x");
        }
        StateKeyPage first = state.list("", "", 4);
        assertThat(first).isEqualTo(new StateKeyPage(List.of("%", "a", "ab", "b"), "b", 6));
        assertThat(state.list("", "b", 2)).isEqualTo(new StateKeyPage(List.of("\uFF61", "😀"), null, 6));
        assertThat(state.list("a", "", 1)).isEqualTo(new StateKeyPage(List.of("a"), "a", 2));
    }
}
