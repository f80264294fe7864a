package dev.agentkernel.core.removal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.removal.TransparencyAudit.Finding;
import org.junit.jupiter.api.Test;

class TransparencyAuditTest {

    /** More than a page of either log. */
    private static final int MANY = 2_100;

    private final FakeRemovals store = new FakeRemovals();

    private Finding audit() {
        return new TransparencyAudit(store, store).run();
    }

    @Test
    void logThatIsAsItWasWrittenShouldHaveNoFault() {
        assertThat(audit()).isEqualTo(new Finding(0, null));
        store.removeAndLog(MANY);
        assertThat(audit()).isEqualTo(new Finding(MANY, null));
        assertThat(TransparencyAudit.firstBroken(store)).isEmpty();
    }

    @Test
    void changedEntryShouldBeNamed() {
        store.removeAndLog(MANY);
        Removal entry = store.removals.get(1_499);
        store.removals.set(
                1_499,
                new Removal(
                        entry.number(),
                        entry.target(),
                        "another reason",
                        entry.performedBy(),
                        entry.contentHash(),
                        entry.removedAt(),
                        entry.previousHash(),
                        entry.entryHash()));
        assertThat(audit().fault()).startsWith("entry 1500 of the transparency log is not what was written");
        assertThat(TransparencyAudit.firstBroken(store)).hasValue(1_500);
    }

    @Test
    void missingEntryShouldBeNamedByItsNumber() {
        store.removeAndLog(5);
        store.removals.remove(2);
        assertThat(audit().fault()).startsWith("entry 3 ");
        store.removals.clear();
        assertThat(audit().fault()).contains("does not have the entry of event 1");
    }

    @Test
    void entryThatWasCutOffTheEndShouldBeMissedByTheEventLog() {
        store.removeAndLog(3);
        store.removals.removeLast();
        assertThat(audit()).isEqualTo(new Finding(2, "the transparency log does not have the entry of event 3"));
    }

    @Test
    void entriesThatNoEventRecordedShouldBeNamed() {
        store.removeAndLog(3);
        store.removals.add(store.next(RemovalTarget.state("unlogged")));
        assertThat(audit().fault()).isEqualTo("no event recorded entry 4 of the transparency log");
    }

    @Test
    void entryBetweenLoggedOnesThatNoEventRecordedShouldBeFound() {
        store.removeAndLog(1);
        store.removals.add(store.next(RemovalTarget.state("unlogged")));
        store.removeAndLog(1);
        assertThat(audit().fault()).contains("does not have the entry of event 2");
    }

    @Test
    void retentionShouldDropTheEventsOfTheOldestEntriesAlone() {
        store.removeAndLog(5);
        store.events.remove(1L);
        store.events.remove(2L);
        assertThat(audit()).isEqualTo(new Finding(5, null));
        store.events.clear();
        assertThat(audit()).isEqualTo(new Finding(5, null));
    }

    @Test
    void entryThatIsAddedMeanwhileShouldBeNoFault() {
        FakeRemovals growing = new FakeRemovals() {
            @Override
            public long removalCount() {
                long before = super.removalCount();
                removals.add(next(RemovalTarget.state("meanwhile")));
                return before;
            }
        };
        growing.removeAndLog(2);
        assertThat(new TransparencyAudit(growing, growing).run()).isEqualTo(new Finding(2, null));
    }

    @Test
    void eventsOfOtherTypesShouldBeNobodysEntry() {
        store.removeAndLog(1);
        store.events.put(
                9L, new Event(9, SettableClock.START, EventType.MESSAGE_SENT, "somebody", FakeRemovals.text("{}")));
        assertThat(audit()).isEqualTo(new Finding(1, null));
    }
}
