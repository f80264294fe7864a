package dev.agentkernel.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateLedgerTest {

    private final Violations violations = new Violations(line -> {});
    private final StateLedger ledger = new StateLedger(1, violations);
    private final StateLedger.Key key = ledger.keys().getFirst();

    @Test
    void acknowledgedValueShouldBeReadUntilItIsOverwritten() {
        write("v1");
        ledger.read(key, Optional.of("v1"), "");
        write("v2");
        ledger.read(key, Optional.of("v2"), "");

        assertThat(violations.told()).isEmpty();
        assertThat(ledger.acknowledgedValues()).containsExactlyInAnyOrder("v1", "v2");
    }

    @Test
    void lostWriteShouldBeFound() {
        write("v1");
        write("v2");

        ledger.read(key, Optional.of("v1"), "");

        assertThat(violations.told()).singleElement().asString().contains("holds v1 where v2 was acknowledged");
    }

    @Test
    void writeWithoutAnAnswerMayHaveHappenedOrNot() {
        write("v1");
        ledger.asking(key, Optional.of("v2"));
        ledger.read(key, Optional.of("v1"), "");
        ledger.read(key, Optional.of("v2"), "");

        assertThat(violations.told()).isEmpty();
        assertThat(key.isKnown()).isFalse();
    }

    @Test
    void writeWithoutAnAnswerMustNotHappenAfterTheLifeItWasAskedIn() {
        write("v1");
        ledger.asking(key, Optional.of("v2"));
        ledger.killed();
        ledger.read(key, Optional.of("v1"), "");
        assertThat(key.isKnown()).isTrue();

        ledger.read(key, Optional.of("v2"), "");

        assertThat(violations.count()).isEqualTo(1);
    }

    @Test
    void deletionThatFindsNothingShouldBeFoundWhenAValueWasAcknowledged() {
        write("v1");
        ledger.asking(key, Optional.empty());

        ledger.absent(key);

        assertThat(violations.told()).singleElement().asString().contains("holds nothing where v1");
    }

    @Test
    void conditionThatHoldsMustNotBeRefusedAndOneThatDoesNotMustNotPass() {
        write("v1");
        ledger.asking(key, Optional.of("v2"));
        ledger.wronglyRefused(key, "If-Match");
        ledger.wronglyAccepted(key, "If-None-Match");

        assertThat(violations.count()).isEqualTo(2);
    }

    private void write(String value) {
        ledger.asking(key, Optional.of(value));
        ledger.changed(key, Optional.of(value), "\"1\"");
    }
}
