package dev.agentkernel.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.bench.soak.Ledger.Settlement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final int SENDER = 1;
    private static final int RECIPIENT = 2;
    private static final String ID = "01a1f84b";

    private final Violations violations = new Violations(line -> {});
    private final Faults faults = new Faults();
    private final Ledger ledger = new Ledger(faults, violations);

    @Test
    void nothingShouldBeFoundWhenEveryMessageArrivedOnce() {
        Post taken = accepted("a");
        arrive(taken, "a", at(1));
        ledger.settled("a", Settlement.GIVEN, at(1));
        Post leased = accepted("b");
        arrive(leased, "b", at(1));
        ledger.leased("b", at(10));
        ledger.settled("b", Settlement.ACKNOWLEDGED, at(2));

        ledger.checkNothingIsLost(id -> false);

        assertThat(violations.told()).isEmpty();
        assertThat(ledger.open()).isZero();
        assertThat(ledger.settledIds()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void lostMessageShouldBeFound() {
        Post post = accepted(ID);

        ledger.checkNothingIsLost(id -> false);

        assertThat(violations.told()).singleElement().asString().contains("post " + post.number(), "it never arrived");
    }

    @Test
    void lostMessageShouldBeToldWithWhatTheLogSaysAndWhoAskedInVain() {
        Post post = accepted(ID);
        ledger.unansweredTake(post.to());

        ledger.checkNothingIsLost(ID::equals);

        assertThat(violations.told())
                .singleElement()
                .asString()
                .contains("by the log it was delivered", "had no answer");
    }

    @Test
    void messageThatWasLeasedAndNeverAcknowledgedShouldBeFoundLost() {
        arrive(accepted(ID), ID, at(1));
        ledger.leased(ID, at(10));

        ledger.checkNothingIsLost(id -> false);

        assertThat(violations.told()).singleElement().asString().contains("it arrived and was not acknowledged");
    }

    @Test
    void acknowledgementWithoutAnAnswerShouldLeaveTheMessageGoneOrToComeAgain() {
        Post post = accepted(ID);
        arrive(post, ID, at(1));
        ledger.inDoubt(ID);
        ledger.checkNothingIsLost(id -> false);
        assertThat(violations.told()).isEmpty();

        arrive(post, ID, at(40));
        assertThat(violations.told()).isEmpty();

        ledger.checkNothingIsLost(id -> false);
        assertThat(violations.count()).isEqualTo(1);
    }

    @Test
    void doubledMessageShouldBeFoundWhenTheKernelHadNoReasonToForget() {
        Post post = taken(at(1));

        arrive(post, ID, at(2));

        assertThat(violations.told()).singleElement().asString().contains("no reason to forget");
    }

    @Test
    void doubledMessageShouldBeFoundWhenTheFaultCameLongAfterIt() {
        Post post = taken(at(1));
        faults.begin(at(60));
        faults.end(at(70));

        arrive(post, ID, at(71));

        assertThat(violations.count()).isEqualTo(1);
    }

    @Test
    void messageThatWasTakenJustBeforeAFaultMayComeAgainAfterIt() {
        Post post = taken(at(58));
        faults.begin(at(60));
        faults.end(at(70));

        arrive(post, ID, at(71));

        assertThat(violations.told()).isEmpty();
        assertThat(ledger.cameAgain()).isEqualTo(1);
    }

    @Test
    void acknowledgedMessageMustNotComeAgainWhateverHappened() {
        Post post = accepted(ID);
        arrive(post, ID, at(58));
        ledger.settled(ID, Settlement.ACKNOWLEDGED, at(59));
        faults.begin(at(60));
        faults.end(at(70));

        arrive(post, ID, at(71));

        assertThat(violations.told()).singleElement().asString().contains("although its acknowledgement was answered");
    }

    @Test
    void messageMustNotBeHandedToAnotherWhileItsLeaseHolds() {
        Post post = accepted(ID);
        arrive(post, ID, at(1));
        ledger.leased(ID, at(12));
        arrive(post, ID, at(9));
        assertThat(violations.told()).singleElement().asString().contains("while its lease held");

        ledger.leased(ID, at(20));
        arrive(post, ID, at(20));
        assertThat(violations.count()).isEqualTo(1);
    }

    @Test
    void keyThatIsAnsweredWithAnotherMessageShouldBeFound() {
        Post post = accepted(ID);

        ledger.accepted(post, "another");

        assertThat(violations.told()).singleElement().asString().contains("with the same key");
    }

    @Test
    void postThatArrivesUnderTwoIdsShouldBeFound() {
        Post post = ledger.sending(SENDER, RECIPIENT, false);
        arrive(post, ID, at(1));

        arrive(post, "another", at(2));

        assertThat(violations.told()).singleElement().asString().contains("queued twice");
    }

    @Test
    void messageShouldBeFoundWhenNobodySentItOrToSomebodyElse() {
        Post post = accepted(ID);
        ArrivedMessage message = messageOf(post, ID);
        ledger.arrived(RECIPIENT + 1, message, at(1));
        ledger.arrived(RECIPIENT, new ArrivedMessage(ID, "", "", post.content() + "y", Optional.empty()), at(1));

        assertThat(violations.count()).isEqualTo(2);
    }

    @Test
    void onlyPostsWithAKeyShouldBeSentAgain() {
        Post keyed = ledger.sending(SENDER, RECIPIENT, true);
        ledger.unanswered(keyed);
        ledger.unanswered(ledger.sending(SENDER, RECIPIENT, false));

        assertThat(ledger.nextRetry()).contains(keyed);
        assertThat(ledger.nextRetry()).isEmpty();
    }

    private Post accepted(String messageId) {
        Post post = ledger.sending(SENDER, RECIPIENT, true);
        ledger.accepted(post, messageId);
        return post;
    }

    private Post taken(long nanos) {
        Post post = accepted(ID);
        arrive(post, ID, nanos);
        ledger.settled(ID, Settlement.GIVEN, nanos);
        return post;
    }

    private void arrive(Post post, String messageId, long nanos) {
        ledger.arrived(RECIPIENT, messageOf(post, messageId), nanos);
    }

    private static ArrivedMessage messageOf(Post post, String messageId) {
        return new ArrivedMessage(messageId, "", "", post.content(), Optional.empty());
    }

    private static long at(long second) {
        return TimeUnit.SECONDS.toNanos(second);
    }
}
