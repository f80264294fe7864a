package dev.agentkernel.core.webhooks;

import static dev.agentkernel.core.memory.SettableClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.messages.Route;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebhookDecisionsTest {

    private static final String AGENT = "tab_" + "a".repeat(20);
    private static final int VERSION = 3;
    private static final WebhookHealth WELL = WebhookHealth.UNKNOWN;
    private static final WebhookHealth OPENED = new WebhookHealth(5, START.plusSeconds(300), null, List.of());

    private static WorkingSet rows(boolean hasWebhook, int secretVersion) {
        WorkingSet rows = new WorkingSet(START, false);
        rows.load(new AgentRow(AGENT, new UUID(1, 1), 1, hasWebhook, secretVersion, 0));
        return rows;
    }

    private static NoteHealth note(WebhookHealth health) {
        return new NoteHealth(AGENT, VERSION, health);
    }

    @Test
    void theHealthOfTheEndpointThatWasCalledIsKept() {
        for (WebhookHealth health : List.of(WELL, OPENED)) {
            Decided decided = Decided.of(rows(true, VERSION), note(health));
            assertThat(decided.answer(0)).isEqualTo(true);
            assertThat(decided.records()).containsExactly(new LogRecord.WebhookHealthChanged(AGENT, health));
        }
    }

    @Test
    void whatWaitsShouldBeHandedOverOnlyWhereTheCircuitOpens() {
        for (WebhookHealth health : List.of(WELL, OPENED)) {
            WorkingSet rows = rows(true, VERSION);
            rows.loadQueue(AGENT, new QueueRow(1, 10, 0));
            rows.loadWaiting(new QueueRef(AGENT, Route.PUSH), new WaitingRow(7, new UUID(2, 7), 10, 0));
            LogRecord noted = new LogRecord.WebhookHealthChanged(AGENT, health);
            LogRecord handedOver = new LogRecord.MessagesRerouted(AGENT, List.of(7L));
            assertThat(Decided.of(rows, note(health)).records())
                    .isEqualTo(health == WELL ? List.of(noted) : List.of(noted, handedOver));
        }
    }

    @Test
    void anEndpointThatIsGoneForGoodIsTurnedOff() {
        Decided decided = Decided.of(rows(true, VERSION), new TurnOffWebhook(AGENT, VERSION));
        assertThat(decided.answer(0)).isEqualTo(true);
        assertThat(decided.records()).containsExactly(new LogRecord.WebhookChanged(AGENT, null, VERSION, null));
    }

    @Test
    void whatWasLearntOfAnEndpointIsNothingToAnother() {
        WorkingSet nobody = new WorkingSet(START, false);
        for (WorkingSet rows : List.of(rows(true, VERSION + 1), rows(false, VERSION), nobody)) {
            Decided decided = Decided.of(rows, note(OPENED), new TurnOffWebhook(AGENT, VERSION));
            assertThat(decided.answer(0)).isEqualTo(false);
            assertThat(decided.answer(1)).isEqualTo(false);
            assertThat(decided.records()).isEmpty();
        }
    }

    @Test
    void whatWaitsIsLookedAtWhereItIsHandedOver() {
        Requirements well = new Requirements();
        note(WELL).require(well);
        assertThat(well.claims()).isEmpty();
        Requirements opened = new Requirements();
        note(OPENED).require(opened);
        assertThat(opened.claims()).containsOnlyKeys(new QueueRef(AGENT, Route.PUSH));
    }

    @Test
    void bothRequireTheAgentAndWriteWhereSpaceIsLow() {
        for (Mutation<?> mutation : List.of(note(WELL), note(OPENED), new TurnOffWebhook(AGENT, VERSION))) {
            Requirements required = new Requirements();
            mutation.require(required);
            assertThat(required.agents()).containsExactly(AGENT);
            assertThat(mutation.refusalWhenSpaceIsLow()).isNull();
        }
    }
}
