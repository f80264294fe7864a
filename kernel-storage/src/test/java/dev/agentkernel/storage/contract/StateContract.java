package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.StateChange;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateKeyPage;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shared key-value store. */
public abstract class StateContract extends StorageContract {

    private AgentCaller agent;

    @BeforeEach
    void registerAgent() {
        agent = kernel.newAgent();
    }

    private StateStore state() {
        return kernel.storage().state();
    }

    @Test
    void entryShouldBeWhatWasWrittenLast() {
        AgentCaller other = kernel.newAgent();
        kernel.put(agent, "key", "one");
        clock.advance(Duration.ofSeconds(3));
        StateChange change = kernel.put(other, "key", "two");

        assertThat(state().get("key"))
                .contains(new StateEntry(
                        "key", KernelProcess.utf8("two"), other.address(), clock.instant(), change.version()));
        assertThat(state().get("other")).isEmpty();
    }

    @Test
    void deletedKeyShouldBeGone() {
        kernel.put(agent, "key", "v");
        kernel.state().delete(agent, "key", Precondition.NONE);
        assertThat(state().get("key")).isEmpty();
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.state().delete(agent, "key", Precondition.NONE));
        kernel.put(agent, "key", "again");
        assertThat(kernel.get(agent, "key")).contains("again");
    }

    @Test
    void keysAndValuesShouldComeBackByteForByte() throws Exception {
        List<String> keys = List.of("a\0b", "\0", "%_\\", "日本", "\uD83D\uDE80", "//../", " ", "k".repeat(1_024));
        for (String key : keys) {
            kernel.put(agent, key, "value of " + key + "\0");
        }
        restart();
        for (String key : keys) {
            assertThat(kernel.get(agent, key)).as(key).contains("value of " + key + "\0");
        }
    }

    @Test
    void valueShouldBeEmptyOrAsLargeAsAllowed() {
        String large = "\0é".repeat((1 << 20) / 3);
        kernel.put(agent, "large", large);
        kernel.put(agent, "empty", "");
        assertThat(kernel.get(agent, "large")).contains(large);
        assertThat(kernel.get(agent, "empty")).contains("");
        assertThat(kernel.allEvents(100)).anyMatch(event -> event.data().size() > 1 << 20);
    }

    @Test
    void totalsShouldCountKeysAndValues() throws Exception {
        assertThat(state().totals()).isEqualTo(new StateTotals(0, 0));
        kernel.put(agent, "é", "12345");
        kernel.put(agent, "b", "1");
        assertThat(state().totals()).isEqualTo(new StateTotals(9, 2));
        kernel.put(agent, "é", "1");
        assertThat(state().totals()).isEqualTo(new StateTotals(5, 2));
        kernel.state().delete(agent, "é", Precondition.NONE);
        restart();
        assertThat(state().totals()).isEqualTo(new StateTotals(2, 1));
    }

    @Test
    void fullStoreShouldRefuseWhatGrowsAndTakeWhatShrinks() throws Exception {
        restart(Limits.DEFAULT.with(new StateSettings(1_024, 1 << 20, 10)));
        kernel.put(agent, "a", "123456789");
        MessageContract.assertRefused(ErrorCode.STORE_FULL, () -> kernel.put(agent, "b", ""));
        MessageContract.assertRefused(ErrorCode.STORE_FULL, () -> kernel.put(agent, "a", "1234567890"));
        kernel.put(agent, "a", "987654321");
        kernel.put(agent, "a", "1");
        kernel.put(agent, "b", "1234567");
    }

    @Test
    void preconditionsShouldHoldAtTheCommit() {
        StateChange first = kernel.state().write(agent, "k", KernelProcess.utf8("1"), new Precondition.Absent());
        assertPreconditionFails(new Precondition.Absent());
        assertPreconditionFails(new Precondition.VersionIn(Set.of(first.version() + 1)));
        StateChange second = kernel.state()
                .write(agent, "k", KernelProcess.utf8("2"), new Precondition.VersionIn(Set.of(first.version())));
        assertPreconditionFails(new Precondition.VersionNotIn(Set.of(second.version())));
        MessageContract.assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                () -> kernel.state().delete(agent, "k", new Precondition.VersionIn(Set.of(first.version()))));
        kernel.state().delete(agent, "k", new Precondition.VersionIn(Set.of(second.version())));
        assertPreconditionFails(new Precondition.Exists());
    }

    private void assertPreconditionFails(Precondition precondition) {
        MessageContract.assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                () -> kernel.state().write(agent, "k", KernelProcess.utf8("x"), precondition));
    }

    @Test
    void conditionalWritersAtOnceShouldLoseNoUpdate() throws Exception {
        kernel.put(agent, "counter", "0");
        AtomicInteger increments = new AtomicInteger();
        Race.Runner counting = () -> {
            for (int i = 0; i < 25; i++) {
                StateEntry entry = state().get("counter").orElseThrow();
                int next = Integer.parseInt(entry.value().toUtf8()) + 1;
                try {
                    kernel.state()
                            .write(
                                    agent,
                                    "counter",
                                    KernelProcess.utf8("" + next),
                                    new Precondition.VersionIn(Set.of(entry.version())));
                    increments.incrementAndGet();
                } catch (RefusedException lost) {
                    assertThat(lost.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
                }
            }
        };
        Race.run(List.of(counting, counting, counting, counting));
        assertThat(kernel.get(agent, "counter")).contains("" + increments.get());
        assertThat(increments.get()).isPositive();
    }

    @Test
    void keysShouldComeInTheByteOrderOfUtf8() {
        // In UTF-16, which Java strings compare by, the rocket (a surrogate pair) comes before U+FFFD; in UTF-8 after
        // it.
        List<String> ordered = List.of("\0", "A", "a", "a\0", "a/b", "b", "é", "\uFFFD", "\uD83D\uDE80");
        ordered.reversed().forEach(key -> kernel.put(agent, key, "v"));

        assertThat(state().keys("", "", 100)).isEqualTo(ordered);
        assertThat(state().keys("", "a", 3)).containsExactly("a\0", "a/b", "b");
        assertThat(state().keys("a", "", 100)).containsExactly("a", "a\0", "a/b");
        assertThat(state().keys("a", "a\0", 100)).containsExactly("a/b");
        assertThat(state().countKeys("a")).isEqualTo(3);
        assertThat(state().countKeys("")).isEqualTo(9);
        assertThat(state().countKeys("none")).isZero();
    }

    @Test
    void prefixShouldBeLiteral() {
        List.of("50%", "50x", "a_b", "axb", "a\\b", "A_b").forEach(key -> kernel.put(agent, key, "v"));
        assertThat(state().keys("50%", "", 10)).containsExactly("50%");
        assertThat(state().keys("a_", "", 10)).containsExactly("a_b");
        assertThat(state().keys("a\\", "", 10)).containsExactly("a\\b");
        assertThat(state().countKeys("%")).isZero();
    }

    @Test
    void pagesShouldCoverEveryKeyOnce() {
        List<String> keys = IntStream.range(10, 35).mapToObj(i -> "p/" + i).toList();
        keys.forEach(key -> kernel.put(agent, key, "v"));
        kernel.put(agent, "q", "v");
        List<String> seen = new ArrayList<>();
        String after = "";
        while (after != null) {
            StateKeyPage page = kernel.state().list("p/", after, 10);
            seen.addAll(page.keys());
            assertThat(page.total()).isEqualTo(25);
            after = page.nextAfterKey();
        }
        assertThat(seen).isEqualTo(keys);
    }
}
