package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what grows is refused, what shrinks goes on, and nothing acknowledged is ever lost. */
class FullDiskTest {

    private static final long RESERVE = 8L << 20;

    private static final Duration LONG = Duration.ofSeconds(30);

    private final InstantSource clock = InstantSource.system();
    private SmallDisk disk;
    private Settings settings;
    private TestKernel life;
    private RegisteredOperator operator;
    private RegisteredAgent alice;

    @TempDir
    private Path directory;

    @BeforeAll
    static void requireMounting() {
        if (SmallDisk.isOptedOut()) {
            String reason = "FullDiskTest was NOT RUN: KERNEL_TEST_NO_MOUNT=1 says that nothing can be mounted here";
            System.err.println(reason);
            Assumptions.abort(reason);
        }
    }

    @BeforeEach
    void startOnASmallDisk() throws IOException, InterruptedException {
        disk = SmallDisk.mount(directory.resolve("disk"), 32);
        settings = new Settings(disk.directory().resolve("data"), 1 << 20, RESERVE);
        life = TestKernel.open(settings, clock);
        operator = life.registerOperator();
        alice = life.registerAgent(operator.apiKey());
    }

    @AfterEach
    void stop() throws IOException {
        try (SmallDisk mounted = disk) {
            life.close();
        }
    }

    private AgentCaller caller() {
        return life.agent(alice);
    }

    private void write(String key) {
        life.kernel.state().write(caller(), key, ByteString.ofHex("76"), Precondition.NONE);
    }

    private static ErrorCode refusalOf(ThrowingCallable growing) {
        RefusedException refusal = catchThrowableOfType(RefusedException.class, growing);
        assertThat(refusal).isNotNull();
        return refusal.code();
    }

    private long readsLogged() {
        return life.storage.events().eventsAfter(0, 100_000).stream()
                .filter(event -> event.type() == EventType.STATE_READ)
                .count();
    }

    @Test
    void belowTheReserveWhatGrowsShouldBeRefusedAndWhatShrinksGoOn() throws IOException, SQLException {
        for (int i = 0; i < 20; i++) {
            life.send(alice, alice, "message " + i, null);
            write("key " + i);
        }
        disk.fillBut(RESERVE - (64 << 10));
        long reads = readsLogged();

        assertThat(refusalOf(() -> life.send(alice, alice, "more", null))).isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(refusalOf(() -> write("more"))).isEqualTo(ErrorCode.STORE_FULL);
        assertThat(refusalOf(() -> life.registerOperator())).isEqualTo(ErrorCode.STORE_FULL);
        assertThat(refusalOf(() -> life.registerAgent(operator.apiKey()))).isEqualTo(ErrorCode.STORE_FULL);
        assertThat(life.kernel.state().read(caller(), "key 1")).isPresent();
        for (int i = 0; i < 20; i++) {
            TakenMessages taken = life.take(alice, 1);
            assertThat(TestKernel.contents(taken)).containsExactly("message " + i);
            life.kernel.messages().confirm(taken);
            life.kernel.state().delete(caller(), "key " + i, Precondition.NONE);
        }
        assertThat(readsLogged()).as("reads are not logged").isEqualTo(reads);
        life.requireSound();

        disk.free();
        life.send(alice, alice, "again", null);
        write("again");
        life.requireSound();
    }

    @Test
    void belowTheReserveContentShouldBeRemovedAndErased() throws IOException, SQLException {
        write("k");
        UUID message = life.send(alice, alice, "secret-that-must-go", null).messageId();
        disk.fillBut(RESERVE - (64 << 10));

        life.kernel.removals().remove(RemovalTarget.message(message), "the law", "administrator");
        life.kernel.removals().remove(RemovalTarget.state("k"), "the law", "administrator");

        await().atMost(LONG).until(() -> life.storage.removals().unerased(1).isEmpty());
        assertThat(life.take(alice, 1).messages()).isEmpty();
        try (Stream<Path> segments = Files.list(settings.dataDirectory().resolve("events"))) {
            assertThat(segments)
                    .allSatisfy(segment -> assertThat(Files.readString(segment)).doesNotContain("secret-that"));
        }
        life.requireSound();
    }

    /** Somebody else takes the reserve as well, so that the log and H2 meet the end of the disk. */
    @Test
    void aDiskWithoutAByteLeftShouldLoseNothingAndRecoverByItself() throws IOException, SQLException {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            acknowledged.add(sendNext(round + " before"));
            disk.fillBut(0);
            Set<ErrorCode> refusals = EnumSet.noneOf(ErrorCode.class);
            for (int i = 0; i < 4; i++) {
                refusals.add(refusalOf(() -> life.send(alice, alice, "refused".repeat(2_000), null)));
                refusals.add(refusalOf(() -> write("refused")));
                takeAndGiveBack();
            }
            assertThat(refusals)
                    .isSubsetOf(ErrorCode.QUEUE_FULL, ErrorCode.STORE_FULL, ErrorCode.UNAVAILABLE)
                    .isNotEmpty();

            disk.free();
            await().atMost(LONG).ignoreExceptions().until(() -> life.storage.isAvailable());
            String after = round + " after";
            await().atMost(LONG).ignoreExceptions().until(() -> acknowledged.add(sendNext(after)));
            life.requireSound();
        }
        assertThat(life.fatal).isEmpty();
        requireExactly(acknowledged);

        life.close();
        life = TestKernel.open(settings, clock);
        requireExactly(acknowledged);
        assertThat(life.kernel.state().read(caller(), "refused")).isEmpty();
    }

    private String sendNext(String content) {
        life.send(alice, alice, content, null);
        return content;
    }

    /** A lease and its return take hundreds of bytes of the log: with no byte left they may be refused as well. */
    private void takeAndGiveBack() {
        try {
            life.kernel.messages().giveBack(life.take(alice, 1));
        } catch (RefusedException full) {
            assertThat(full.code()).isIn(ErrorCode.STORE_FULL, ErrorCode.UNAVAILABLE);
        } catch (StorageException away) {
            assertThat(away).hasMessageContaining("at present");
        }
    }

    private void requireExactly(List<String> acknowledged) {
        await().atMost(LONG).untilAsserted(() -> {
            TakenMessages taken = life.take(alice, 100);
            List<String> contents = TestKernel.contents(taken);
            life.kernel.messages().giveBack(taken);
            assertThat(contents).isEqualTo(acknowledged);
        });
    }

    /** H2 writes behind the kernel's back: its file meets the end of the disk although the log did not. */
    @Test
    void aDatabaseThatMeetsTheEndOfTheDiskAloneShouldComeBack() throws IOException, SQLException {
        for (int i = 0; i < 40; i++) {
            life.send(alice, alice, "x".repeat(60_000), null);
        }
        disk.fillBut(0);
        writeDatabaseInVain();
        takeAndGiveBack();
        disk.free();

        await().atMost(LONG).ignoreExceptions().until(() -> life.storage.isAvailable());
        await().atMost(LONG).untilAsserted(() -> {
            TakenMessages taken = life.take(alice, 100);
            life.kernel.messages().giveBack(taken);
            assertThat(taken.messages()).hasSize(40);
        });
        life.requireSound();
    }

    /** Writes in the background of H2: it may notice at once that there is no room, or with the next statement. */
    private void writeDatabaseInVain() {
        try {
            life.writeDatabase();
            assertThat(disk.usableBytes()).isZero();
        } catch (SQLException | IOException noRoom) {
            assertThat(noRoom.getMessage()).isNotEmpty();
        }
    }

    @Test
    void aKernelShouldStartOnAFullDiskOrSayWhyNot() throws IOException {
        life.send(alice, alice, "kept", null);
        life.close();
        disk.fillBut(0);
        try {
            life = TestKernel.open(settings, clock);
            assertThat(refusalOf(() -> life.send(alice, alice, "more", null))).isNotNull();
            life.close();
        } catch (IOException | RuntimeException saidWhy) {
            assertThat(saidWhy).hasStackTraceContaining("No space left");
        }
        disk.free();

        life = TestKernel.open(settings, clock);
        assertThat(TestKernel.contents(life.take(alice, 10))).containsExactly("kept");
    }
}
