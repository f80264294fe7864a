package dev.agentkernel.core.registry;

import static dev.agentkernel.core.memory.SettableClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.OperatorRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.messages.Route;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccountDecisionsTest {

    private static final UUID OPERATOR = new UUID(1, 1);
    private static final OperatorCaller OWNER = new OperatorCaller(OPERATOR, 1);
    private static final AgentCaller AGENT = new AgentCaller("tab_a", 3);
    private static final AgentCaller OUTDATED = new AgentCaller("tab_a", 2);
    private static final ByteString DIGEST = ByteString.ofUtf8("digest").orElseThrow();
    private static final AgentProfile PROFILE = new AgentProfile("name", null, List.of());
    private static final String URL = "https://example.com/";

    private final WorkingSet rows = rows(false, 4, false);

    private static WorkingSet rows(boolean hasWebhook, int secretVersion, boolean spaceLow) {
        WorkingSet rows = new WorkingSet(START, spaceLow);
        rows.load(new OperatorRow(OPERATOR, 1, 2));
        rows.load(new OperatorRow(new UUID(1, 2), 1, 0));
        rows.load(new AgentRow("tab_a", OPERATOR, 3, hasWebhook, secretVersion, 1));
        rows.load(new AgentRow("tab_b", OPERATOR, 1, false, 0, 0));
        rows.loadQueue("tab_a", new QueueRow(2, 30, 1));
        rows.loadQueueTotals(100);
        return rows;
    }

    private static ChangeBlock block(String sender, long blocksMax) {
        return new ChangeBlock(AGENT, sender, true, blocksMax);
    }

    private static ChangeBlock unblock(String sender) {
        return new ChangeBlock(AGENT, sender, false, 0);
    }

    @Test
    void anOutdatedTokenShouldChangeNothing() {
        Decided decided = Decided.of(
                rows,
                new ChangeBlock(OUTDATED, "tab_b", true, 9),
                new ChangeProfile(OUTDATED, PROFILE),
                new ChangeWebhook(OUTDATED, URL),
                new RotateAgentToken(OUTDATED, DIGEST),
                new DeregisterAgent(new OperatorCaller(OPERATOR, 2), "tab_a"));
        assertThat(decided.codes()).hasSize(5).containsOnly(ErrorCode.UNAUTHORIZED);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void onlyWhatIsSaidAnewShouldBeABlockOrItsEnd() {
        Decided decided = Decided.of(
                rows, unblock("tab_b"), block("tab_b", 2), block("tab_b", 2), unblock("tab_b"), unblock("tab_b"));
        assertThat(List.of(0, 1, 2, 3, 4)).extracting(decided::answer).containsExactly(false, true, false, true, false);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.SenderBlocked("tab_a", "tab_b"), new LogRecord.SenderUnblocked("tab_a", "tab_b"));
    }

    @Test
    void blocksShouldBeAtMostSoManyAndOfAgentsThatExist() {
        Decided decided = Decided.of(rows, block("tab_b", 1), block("tab_c", 9), block("tab_b", 2));
        assertThat(decided.codes()).containsExactly(ErrorCode.CONFLICT, ErrorCode.NOT_FOUND, null);
        assertThat(decided.refusal(0).sentence()).contains("blocks 1 others; at most 1");
    }

    @Test
    void emptyProfileShouldBeKeptAsNone() {
        AgentProfile nothing = new AgentProfile(null, null, List.of());
        Decided decided = Decided.of(rows, new ChangeProfile(AGENT, PROFILE), new ChangeProfile(AGENT, nothing));
        assertThat(decided.answer(0)).isEqualTo(PROFILE);
        assertThat(decided.answer(1)).isEqualTo(nothing);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.ProfileChanged("tab_a", PROFILE), new LogRecord.ProfileChanged("tab_a", null));
    }

    @Test
    void secretShouldBeReplacedOnlyWhereOneIsInUse() {
        Decided decided = Decided.of(rows, new ChangeWebhook(AGENT, URL), new ChangeWebhook(AGENT, URL));
        assertThat(decided.answer(0)).isEqualTo(5);
        assertThat(decided.answer(1)).isEqualTo(6);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.WebhookChanged("tab_a", URL, 5, null),
                        new LogRecord.WebhookChanged("tab_a", URL, 6, START));
    }

    @Test
    void webhookShouldBeTurnedOffOnceAndWhatWaitsBeHandedOver() {
        WorkingSet pushed = rows(true, 4, false);
        pushed.loadWaiting(new QueueRef("tab_a", Route.PUSH), new WaitingRow(7, new UUID(2, 7), 10, 0));
        Decided decided = Decided.of(pushed, new ChangeWebhook(AGENT, null), new ChangeWebhook(AGENT, null));
        assertThat(decided.answer(0)).isEqualTo(4);
        assertThat(decided.answer(1)).isEqualTo(4);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.WebhookChanged("tab_a", null, 4, null),
                        new LogRecord.MessagesRerouted("tab_a", List.of(7L)));
    }

    @Test
    void agentShouldLeaveWithItsQueueAndOnlyForItsOwner() {
        Decided decided = Decided.of(
                rows,
                new DeregisterAgent(new OperatorCaller(new UUID(1, 2), 1), "tab_a"),
                new DeregisterAgent(OWNER, "tab_a"),
                new DeregisterAgent(OWNER, "tab_a"));
        assertThat(List.of(0, 1, 2)).extracting(decided::answer).containsExactly(false, true, false);
        assertThat(decided.records()).containsExactly(new LogRecord.AgentDeregistered("tab_a", OPERATOR, 2, 30));
        assertThat(rows.agent("tab_a")).isEmpty();
        assertThat(rows.operator(OPERATOR).agentCount()).isEqualTo(1);
        assertThat(rows.queueBytes()).isEqualTo(70);
    }

    @Test
    void rotatingShouldRaiseTheVersionAndTheOldTokenBeDeadWithinTheBatch() {
        Decided decided =
                Decided.of(rows, new RotateAgentToken(AGENT, DIGEST), new RotateAgentToken(AGENT, ByteString.EMPTY));
        assertThat(decided.answer(0)).isEqualTo(4);
        assertThat(decided.refusal(1).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(decided.records()).containsExactly(new LogRecord.AgentTokenRotated("tab_a", 4, DIGEST));
    }

    @Test
    void onlyWhatGrowsShouldBeRefusedWhereSpaceIsLow() {
        Decided decided = Decided.of(
                rows(true, 4, true),
                new ChangeProfile(AGENT, PROFILE),
                new ChangeWebhook(AGENT, URL),
                new ChangeWebhook(AGENT, null),
                block("tab_b", 9),
                new RotateAgentToken(AGENT, DIGEST),
                new DeregisterAgent(OWNER, "tab_a"));
        assertThat(decided.codes()).containsExactly(ErrorCode.STORE_FULL, ErrorCode.STORE_FULL, null, null, null, null);
    }

    @Test
    void theyShouldRequireEveryRowThatTheyLookAt() {
        for (Mutation<?> mutation : List.of(
                block("tab_b", 9),
                new ChangeProfile(AGENT, PROFILE),
                new ChangeWebhook(AGENT, URL),
                new ChangeWebhook(AGENT, null),
                new RotateAgentToken(AGENT, DIGEST))) {
            assertThat(required(mutation).agents()).contains("tab_a");
        }
        assertThat(required(block("tab_b", 9)).agents()).contains("tab_b");
        assertThat(required(block("tab_b", 9)).blocks()).containsExactly(new BlockRef("tab_a", "tab_b"));
        assertThat(required(new ChangeWebhook(AGENT, URL)).claims()).isEmpty();
        assertThat(required(new ChangeWebhook(AGENT, null)).claims())
                .containsOnlyKeys(new QueueRef("tab_a", Route.PUSH));
        Requirements deregistering = required(new DeregisterAgent(OWNER, "tab_a"));
        assertThat(deregistering.operators()).containsExactly(OPERATOR);
        assertThat(deregistering.queues()).containsExactly("tab_a");
        assertThat(deregistering.needsQueueTotals()).isTrue();
    }

    private static Requirements required(Mutation<?> mutation) {
        Requirements required = new Requirements();
        mutation.require(required);
        return required;
    }
}
