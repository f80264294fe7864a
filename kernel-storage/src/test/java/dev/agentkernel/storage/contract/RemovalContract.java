package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.removal.TransparencyAudit;
import dev.agentkernel.core.removal.TransparencyChain;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateTotals;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Removal of content: gone for every reader at once, and in the end from the log. */
public abstract class RemovalContract extends StorageContract {

    private Removal remove(RemovalTarget target) {
        return kernel.removals().remove(target, "the law", "administrator");
    }

    private void assertNothingThere(RemovalTarget target) {
        MessageContract.assertRefused(ErrorCode.NOT_FOUND, () -> remove(target));
    }

    private List<Event> events(EventType type) {
        return kernel.allEvents(3).stream()
                .filter(event -> event.type() == type)
                .toList();
    }

    private void assertRedacted(EventType type, int times, String content) {
        List<String> data =
                events(type).stream().map(event -> event.data().toUtf8()).toList();
        assertThat(data)
                .filteredOn(text -> text.contains("\"redacted\":true"))
                .hasSize(times)
                .allSatisfy(text -> assertThat(text)
                        .contains(Removal.PLACEHOLDER, "\"redacted_reason\":\"the law\"")
                        .doesNotContain(content));
    }

    private static ByteString hash(String content) {
        return TransparencyChain.sha256(KernelProcess.utf8(content).unsafeArray());
    }

    @Test
    void everyVersionOfAKeyShouldBeGoneAndLaterOnesStay() throws Exception {
        AgentCaller agent = kernel.newAgent();
        RemovalTarget target = RemovalTarget.state("a \"key\" / \u00e9");
        kernel.put(agent, target.name(), "secret one");
        kernel.put(agent, "other", "secret of another");
        kernel.state().delete(agent, target.name(), Precondition.NONE);
        kernel.put(agent, target.name(), "secret two");

        Removal removal = remove(target);

        assertThat(removal.contentHash()).isEqualTo(hash("secret two"));
        for (int round = 0; round < 3; round++) {
            assertRedacted(EventType.STATE_WRITTEN, 2, "secret one");
            assertRedacted(EventType.STATE_WRITTEN, 2, "secret two");
            StateEntry entry = kernel.storage().state().get(target.name()).orElseThrow();
            assertThat(entry.value().toUtf8()).isEqualTo(Removal.PLACEHOLDER);
            assertThat(entry.redactedReason()).isEqualTo("the law");
            assertThat(entry.lastModifiedBy()).isEqualTo(agent.address());
            assertThat(kernel.get(agent, "other")).contains("secret of another");
            assertNothingThere(target);
            if (round == 0) {
                assertThat(kernel.eraser().runOnce()).isEqualTo(1);
                assertThat(kernel.eraser().runOnce()).isZero();
            }
            restart();
        }
        long bytes = target.name().getBytes(StandardCharsets.UTF_8).length
                + Removal.PLACEHOLDER_BYTES
                + "other".length()
                + "secret of another".length();
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(bytes, 2));

        kernel.put(agent, target.name(), "written since");
        assertThat(kernel.storage().state().get(target.name()).orElseThrow().redactedReason())
                .isNull();
        assertThat(events(EventType.STATE_WRITTEN).getLast().data().toUtf8()).contains("written since");
        assertThat(remove(target).contentHash()).isEqualTo(hash("written since"));
        assertRedacted(EventType.STATE_WRITTEN, 3, "written since");
    }

    @Test
    void keyThatItsAuthorDeletedShouldBeRemovedFromTheLog() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "k", "first secret");
        kernel.put(agent, "k", "last secret");
        kernel.state().delete(agent, "k", Precondition.NONE);
        assertThat(remove(RemovalTarget.state("k")).contentHash()).isEqualTo(hash("last secret"));
        assertThat(kernel.storage().state().get("k")).isEmpty();
        assertRedacted(EventType.STATE_WRITTEN, 2, "secret");
        kernel.eraser().runOnce();
        restart();
        assertRedacted(EventType.STATE_WRITTEN, 2, "secret");
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(0, 0));
        assertNothingThere(RemovalTarget.state("k"));
    }

    @Test
    void waitingMessageShouldBeDroppedFromItsQueue() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "before");
        UUID id = kernel.send(agent, agent, "secret").messageId();
        kernel.send(agent, agent, "after");
        assertThat(remove(RemovalTarget.message(id)).contentHash()).isEqualTo(hash("secret"));
        assertRedacted(EventType.MESSAGE_SENT, 1, "secret");
        assertNothingThere(RemovalTarget.message(id));
        kernel.eraser().runOnce();
        restart();
        assertRedacted(EventType.MESSAGE_SENT, 1, "secret");
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("before", "after");
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void messageShouldBeDroppedWhileItIsBeingDelivered() throws Exception {
        AgentCaller agent = kernel.newAgent();
        UUID id = kernel.send(agent, agent, "secret").messageId();
        kernel.send(agent, agent, "other");
        TakenMessages taken = kernel.messages().take(agent, 10);
        remove(RemovalTarget.message(id));
        kernel.messages().giveBack(taken);
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("other");
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void deliveredMessageShouldBeFoundInTheLog() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "keep");
        UUID id = kernel.send(agent, agent, "\u0001secret \"x\"").messageId();
        kernel.receive(agent, 10);
        assertThat(remove(RemovalTarget.message(id)).contentHash()).isEqualTo(hash("\u0001secret \"x\""));
        kernel.eraser().runOnce();
        restart();
        assertRedacted(EventType.MESSAGE_SENT, 1, "secret");
        assertThat(events(EventType.MESSAGE_SENT).getFirst().data().toUtf8()).contains("keep");
        assertThat(events(EventType.CONTENT_REMOVED)).singleElement().satisfies(event -> {
            assertThat(event.agent()).isNull();
            assertThat(event.data().toUtf8()).contains(id.toString(), "message_redacted");
        });
    }

    @Test
    void whatWasNeverThereShouldNotBeFound() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "x");
        assertNothingThere(RemovalTarget.message(UUID.randomUUID()));
        assertNothingThere(RemovalTarget.state("absent"));
        assertThat(kernel.removals().count()).isZero();
        assertThat(events(EventType.CONTENT_REMOVED)).isEmpty();
    }

    @Test
    void entriesShouldBeChainedAlsoWhenSeveralRemoveAtOnce() throws Exception {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 8; i++) {
            kernel.put(agent, "k" + i, "v" + i);
        }
        Race.run(List.of(
                () -> removeKeys(0, 2), () -> removeKeys(2, 4), () -> removeKeys(4, 6), () -> removeKeys(6, 8)));
        restart();
        List<Removal> entries = kernel.removals().list(0, 100);
        assertThat(entries).extracting(Removal::number).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(new TransparencyAudit(
                                kernel.storage().removals(), kernel.storage().events())
                        .run())
                .isEqualTo(new TransparencyAudit.Finding(8, null));
        assertThat(kernel.removals().list(6, 1)).containsExactly(entries.get(6));
        Removal third = entries.get(2);
        Removal changed = new Removal(
                third.number(),
                third.target(),
                "another reason",
                third.performedBy(),
                third.contentHash(),
                third.removedAt(),
                third.previousHash(),
                third.entryHash());
        assertThat(TransparencyChain.follows(third, 2, entries.get(1).entryHash()))
                .isTrue();
        assertThat(TransparencyChain.follows(changed, 2, entries.get(1).entryHash()))
                .isFalse();
        assertThat(TransparencyChain.follows(third, 1, entries.get(0).entryHash()))
                .isFalse();
    }

    @Test
    void whatSeveralRemoveAtOnceShouldBeRemovedOnce() throws Exception {
        AgentCaller agent = kernel.newAgent();
        UUID delivered = kernel.send(agent, agent, "delivered").messageId();
        kernel.receive(agent, 10);
        UUID queued = kernel.send(agent, agent, "queued").messageId();
        kernel.put(agent, "current", "value");
        kernel.put(agent, "deleted", "value");
        kernel.state().delete(agent, "deleted", Precondition.NONE);
        List<RemovalTarget> targets = List.of(
                RemovalTarget.message(delivered),
                RemovalTarget.message(queued),
                RemovalTarget.state("current"),
                RemovalTarget.state("deleted"));
        for (RemovalTarget target : targets) {
            LongAdder notFound = new LongAdder();
            Race.run(Collections.nCopies(4, () -> {
                try {
                    remove(target);
                } catch (RefusedException refused) {
                    assertThat(refused.code()).isEqualTo(ErrorCode.NOT_FOUND);
                    notFound.increment();
                }
            }));
            assertThat(notFound.sum()).as("%s", target).isEqualTo(3);
        }
        restart();
        assertThat(kernel.removals().list(0, 100)).extracting(Removal::target).containsExactlyElementsOf(targets);
    }

    private void removeKeys(int from, int to) {
        for (int i = from; i < to; i++) {
            remove(RemovalTarget.state("k" + i));
        }
    }
}
