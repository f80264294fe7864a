package dev.agentkernel.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Leaving;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.state.Precondition.Absent;
import dev.agentkernel.core.state.Precondition.Exists;
import dev.agentkernel.core.state.Precondition.VersionIn;
import dev.agentkernel.core.state.Precondition.VersionNotIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random writes and deletions in random batches, held against a plain map that each changes directly. */
class StateModelTest {

    private static final int BATCHES = 3_000;
    private static final long CAPACITY = 150;
    private static final List<String> KEYS = List.of("a", "b/c", "ключ", "😀", "a b");
    private static final AgentCaller WRITER = new AgentCaller("tab_" + "w".repeat(20), 1);

    private record Entry(long version, String value) {}

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final Map<String, Entry> model = new HashMap<>();
    private final Set<ErrorCode> refusals = new HashSet<>();
    private Random random = new Random();
    private long lastSeq = 1;

    @ParameterizedTest
    @ValueSource(longs = {3, 2_030, -5})
    void everyAnswerIsWhatTheModelSays(long seed) {
        random = new Random(seed);
        LogRecord writer = new LogRecord.AgentRegistered(WRITER.address(), new UUID(1, 1), ByteString.EMPTY, null);
        storage.commit(new Batch(List.of(new Leaving(List.of(writer))), List.of()));
        for (int step = 0; step < BATCHES; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(100)));
            List<Mutation<StateChange>> mutations = new ArrayList<>();
            for (int i = random.nextInt(7); i >= 0; i--) {
                mutations.add(anyMutation());
            }
            var committed = storage.commit(new Batch(mutations, List.of()));
            for (int i = 0; i < mutations.size(); i++) {
                Object expected = expectedOf(mutations.get(i));
                assertThat(answerOf(committed.outcomes().get(i)))
                        .as("seed %s, batch %s, %s of %s", seed, step, mutations.get(i), mutations)
                        .isEqualTo(expected);
                if (expected instanceof ErrorCode refusal) {
                    refusals.add(refusal);
                }
            }
            requireSameEntries();
        }
        assertThat(lastSeq).as("it did not come to a standstill").isGreaterThan(BATCHES);
        assertThat(refusals)
                .as("the walk met everything that can happen")
                .containsAll(EnumSet.of(
                        ErrorCode.UNAUTHORIZED,
                        ErrorCode.PRECONDITION_FAILED,
                        ErrorCode.STORE_FULL,
                        ErrorCode.NOT_FOUND));
    }

    private void requireSameEntries() {
        for (String key : KEYS) {
            assertThat(storage.get(key)
                            .map(entry ->
                                    new Entry(entry.version(), entry.value().toUtf8())))
                    .isEqualTo(Optional.ofNullable(model.get(key)));
        }
        assertThat(storage.totals()).isEqualTo(new StateTotals(usedBytes(), model.size()));
    }

    private Mutation<StateChange> anyMutation() {
        AgentCaller caller = random.nextInt(25) == 0 ? new AgentCaller(WRITER.address(), 0) : WRITER;
        String key = KEYS.get(random.nextInt(KEYS.size()));
        if (random.nextInt(4) == 0) {
            return new DeleteState(caller, key, anyPrecondition(key));
        }
        ByteString value = ByteString.ofUtf8("é".repeat(random.nextInt(30))).orElseThrow();
        return new WriteState(caller, key, value, anyPrecondition(key), CAPACITY);
    }

    private Precondition anyPrecondition(String key) {
        Entry present = model.get(key);
        Set<Long> versions = Set.of(present == null || random.nextBoolean() ? 1L : present.version());
        return switch (random.nextInt(9)) {
            case 0 -> new Exists();
            case 1 -> new Absent();
            case 2, 3 -> new VersionIn(versions);
            case 4 -> new VersionNotIn(versions);
            default -> Precondition.NONE;
        };
    }

    private Object expectedOf(Mutation<StateChange> mutation) {
        return switch (mutation) {
            case WriteState write -> write(write);
            case DeleteState delete -> delete(delete);
            default -> throw new AssertionError(mutation);
        };
    }

    private Object write(WriteState write) {
        if (write.caller().credentialVersion() != 1) {
            return ErrorCode.UNAUTHORIZED;
        }
        Entry before = model.get(write.key());
        if (!holds(write.precondition(), before)) {
            return ErrorCode.PRECONDITION_FAILED;
        }
        long used = usedBytes();
        model.put(write.key(), new Entry(lastSeq + 1, write.value().toUtf8()));
        if (usedBytes() > CAPACITY && usedBytes() > used) {
            model.remove(write.key());
            if (before != null) {
                model.put(write.key(), before);
            }
            return ErrorCode.STORE_FULL;
        }
        return change(write.key());
    }

    private Object delete(DeleteState delete) {
        if (delete.caller().credentialVersion() != 1) {
            return ErrorCode.UNAUTHORIZED;
        }
        Entry before = model.get(delete.key());
        if (before == null) {
            return ErrorCode.NOT_FOUND;
        }
        if (!holds(delete.precondition(), before)) {
            return ErrorCode.PRECONDITION_FAILED;
        }
        model.remove(delete.key());
        return change(delete.key());
    }

    private StateChange change(String key) {
        return new StateChange(key, WRITER.address(), clock.instant(), ++lastSeq);
    }

    private static boolean holds(Precondition precondition, @Nullable Entry entry) {
        if (precondition instanceof VersionIn in) {
            return entry != null && in.versions().contains(entry.version());
        }
        if (precondition instanceof VersionNotIn notIn) {
            return entry == null || !notIn.versions().contains(entry.version());
        }
        return precondition.equals(Precondition.NONE) || precondition instanceof Exists == (entry != null);
    }

    private long usedBytes() {
        return model.entrySet().stream()
                .mapToLong(entry -> (entry.getKey() + entry.getValue().value()).getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private static Object answerOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed committed -> committed.answer();
            case Outcome.Refused refused -> refused.refusal().code();
            case Outcome.Failed failed -> throw new AssertionError(failed.fault());
        };
    }
}
