package dev.agentkernel.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.bench.soak.Ledger.Settlement;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogAuditTest {

    private final Violations violations = new Violations(line -> {});
    private final Ledger ledger = new Ledger(new Faults(), violations);
    private final StateLedger state = new StateLedger(1, violations);
    private final LogAudit audit = new LogAudit(violations);
    private long seq;

    @Test
    void logThatHasEverythingOnceShouldPass() {
        sent(delivered("a"), "a");
        event("message_delivered", "\"message_id\":\"a\",\"to\":\"x\"");
        written("v1");
        event("state_written", "\"key\":\"soak/0\",\"value\":\"v1\"");

        audit.checkAgainst(ledger, state);

        assertThat(violations.told()).isEmpty();
        assertThat(audit.events()).isEqualTo(3);
    }

    @Test
    void acknowledgedMessageShouldBeMissedInTheLog() {
        Post post = ledger.sending(1, 2, false);
        ledger.accepted(post, "a");

        audit.checkAgainst(ledger, state);

        assertThat(violations.told()).singleElement().asString().contains("is in the log not at all");
    }

    @Test
    void retriedMessageShouldBeFoundWhenTheLogHasItTwice() {
        Post post = ledger.sending(1, 2, true);
        sent(post, "a");
        sent(post, "b");

        assertThat(violations.told()).singleElement().asString().contains("is in the log as a and as b");
    }

    @Test
    void deliveryShouldBeMissedAndFoundTwice() {
        sent(delivered("a"), "a");
        audit.checkAgainst(ledger, state);
        event("message_delivered", "\"message_id\":\"a\"");
        event("message_delivered", "\"message_id\":\"a\"");

        assertThat(violations.told())
                .satisfiesExactly(
                        missed -> assertThat(missed).contains("the log has no delivery"),
                        twice -> assertThat(twice).contains("delivered twice"));
    }

    @Test
    void acknowledgedWriteShouldBeMissedAndFoundTwice() {
        written("v1");
        audit.checkAgainst(ledger, state);
        event("state_written", "\"value\":\"v1\"");
        event("state_written", "\"value\":\"v1\"");

        assertThat(violations.count()).isEqualTo(2);
    }

    @Test
    void gapInTheNumbersShouldBeFound() {
        event("state_read", "");
        seq++;
        event("state_read", "");

        assertThat(violations.told()).containsExactly("event 3 follows event 1");
    }

    private Post delivered(String messageId) {
        Post post = ledger.sending(1, 2, false);
        ledger.accepted(post, messageId);
        ledger.arrived(2, new ArrivedMessage(messageId, "", "", post.content(), Optional.empty()), 1);
        ledger.settled(messageId, Settlement.GIVEN, 1);
        return post;
    }

    private void written(String value) {
        StateLedger.Key key = state.keys().getFirst();
        state.asking(key, Optional.of(value));
        state.changed(key, Optional.of(value), "");
    }

    private void sent(Post post, String messageId) {
        event("message_sent", "\"message_id\":\"" + messageId + "\",\"content\":\"" + post.content() + "\"");
    }

    private void event(String type, String data) {
        seq++;
        audit.event("{\"seq\":" + seq + ",\"ts\":\"2026-11-26T18:00:00Z\",\"type\":\"" + type + "\",\"data\":{" + data
                + "}}");
    }
}
