package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What changes of agents that exist: tokens, webhooks, and their end. */
public abstract class AccountContract extends StorageContract {

    private AgentEntry entry(AgentCaller agent) {
        return kernel.storage().registry().agent(agent.address()).orElseThrow();
    }

    @Test
    void replacedTokenShouldBeDeadAndTheNewOneServe() throws Exception {
        AgentCaller before = kernel.newAgent();
        String token = kernel.accounts().rotateToken(before);
        AgentCaller after = (AgentCaller) kernel.holderOf(token);
        assertThat(after).isEqualTo(new AgentCaller(before.address(), 2));
        MessageContract.assertRefused(ErrorCode.UNAUTHORIZED, () -> kernel.put(before, "k", "v"));
        MessageContract.assertRefused(
                ErrorCode.UNAUTHORIZED, () -> kernel.accounts().rotateToken(before));
        kernel.put(after, "k", "v");

        restart();
        assertThat(kernel.holderOf(token)).isEqualTo(after);
        kernel.put(after, "k", "w");
        MessageContract.assertRefused(ErrorCode.UNAUTHORIZED, () -> kernel.put(before, "k", "x"));
    }

    @Test
    void nothingShouldBeWrittenWithATokenAfterItWasReplaced() throws Exception {
        AgentCaller old = kernel.newAgent();
        Race.Runner writing = () -> {
            try {
                for (int i = 0; ; i++) {
                    kernel.put(old, "k" + i, "v");
                }
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
            }
        };
        Race.run(List.of(writing, writing, () -> {
            kernel.newAgents(5);
            kernel.accounts().rotateToken(old);
        }));
        List<EventType> ofAgent = kernel.allEvents(1_000).stream()
                .filter(event -> old.address().equals(event.agent()))
                .map(Event::type)
                .toList();
        assertThat(ofAgent).endsWith(EventType.TOKEN_ROTATED).containsOnlyOnce(EventType.TOKEN_ROTATED);
    }

    @Test
    void webhookShouldBeChangedWithAVersionAndATime() throws Exception {
        AgentCaller agent = kernel.newAgent();
        assertThat(entry(agent).webhookSecretVersion()).isZero();
        String first =
                kernel.accounts().setWebhook(agent, "https://one.example/").secret();
        assertThat(entry(agent).webhookUrl()).isEqualTo("https://one.example/");
        assertThat(entry(agent).webhookSecretVersion()).isEqualTo(1);
        assertThat(entry(agent).webhookSecretRotatedAt()).isNull();
        clock.advance(Duration.ofSeconds(5));
        Instant rotated = clock.instant();
        String second =
                kernel.accounts().setWebhook(agent, "https://two.example/").secret();
        assertThat(second).isNotEqualTo(first);
        assertThat(kernel.storage().registry().agentsAfter(0, 10)).containsExactly(entry(agent));
        restart();
        assertThat(entry(agent).webhookUrl()).isEqualTo("https://two.example/");
        assertThat(entry(agent).webhookSecretVersion()).isEqualTo(2);
        assertThat(entry(agent).webhookSecretRotatedAt()).isEqualTo(rotated);
        kernel.accounts().removeWebhook(agent);
        kernel.accounts().removeWebhook(agent);
        assertThat(entry(agent).webhookUrl()).isNull();
        assertThat(entry(agent).webhookSecretRotatedAt()).isNull();
        kernel.accounts().setWebhook(agent, "https://two.example/");
        assertThat(entry(agent).webhookSecretVersion()).isEqualTo(3);
        assertThat(entry(agent).webhookSecretRotatedAt()).isNull();
    }

    @Test
    void profileShouldBeShownFoundAndReplaced() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(5);
        AgentProfile planner =
                new AgentProfile("Planner \ud83d\ude80", "Plans routes.", List.of("Logistics", "planning"));
        kernel.accounts().setProfile(agents.get(0), new AgentProfile(null, null, List.of("logistics")));
        kernel.accounts().setProfile(agents.get(1), new AgentProfile("old", "old", List.of("old")));
        kernel.accounts().setProfile(agents.get(1), planner);
        kernel.accounts().setProfile(agents.get(3), new AgentProfile("Says", "nothing", List.of("b", "B")));
        kernel.accounts().setProfile(agents.get(3), new AgentProfile(null, null, List.of()));
        for (int round = 0; round < 2; round++) {
            assertThat(entry(agents.get(1)).profile()).isEqualTo(planner);
            assertThat(entry(agents.get(2)).profile()).isNull();
            assertThat(entry(agents.get(3)).profile()).isNull();
            assertThat(kernel.storage().registry().agentsAfter(0, 10))
                    .extracting(AgentEntry::profile)
                    .containsExactly(new AgentProfile(null, null, List.of("logistics")), planner, null, null, null);
            assertThat(addresses(kernel.storage().registry().agentsTagged("logistics", 0, 10)))
                    .containsExactly(agents.get(0).address(), agents.get(1).address());
            assertThat(addresses(kernel.storage()
                            .registry()
                            .agentsTagged("logistics", entry(agents.get(0)).registeredSeq(), 10)))
                    .containsExactly(agents.get(1).address());
            assertThat(kernel.storage().registry().agentsTagged("logistics", 0, 1))
                    .hasSize(1);
            for (String absent : List.of("old", "Logistics", "b", "", "a\0b", "%")) {
                assertThat(kernel.storage().registry().agentsTagged(absent, 0, 10))
                        .isEmpty();
            }
            assertThat(addresses(kernel.storage().registry().agentsWithProfile(0, 10)))
                    .containsExactly(agents.get(0).address(), agents.get(1).address());
            restart();
        }
    }

    private static List<String> addresses(List<AgentEntry> agents) {
        return agents.stream().map(AgentEntry::address).toList();
    }

    @Test
    void blockedSenderShouldBeRefusedUntilItIsNotBlockedAnyMore() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(3);
        AgentCaller quiet = agents.get(0);
        AgentCaller loud = agents.get(1);
        kernel.send(loud, quiet, "before");
        kernel.accounts().block(quiet, loud.address());
        kernel.accounts().block(quiet, loud.address());
        kernel.accounts().block(quiet, agents.get(2).address());
        kernel.accounts().unblock(quiet, agents.get(2).address());
        kernel.accounts().unblock(quiet, agents.get(2).address());
        for (int round = 0; round < 2; round++) {
            MessageContract.assertRefused(ErrorCode.BLOCKED, () -> kernel.send(loud, quiet, "blocked"));
            kernel.send(quiet, loud, "the other way");
            kernel.send(agents.get(2), quiet, "somebody else");
            assertThat(kernel.accounts().blocks(quiet)).containsExactly(loud.address());
            assertThat(kernel.accounts().blocks(loud)).isEmpty();
            restart();
        }
        kernel.accounts().unblock(quiet, loud.address());
        kernel.send(loud, quiet, "after");
        assertThat(KernelProcess.contentsOf(kernel.receive(quiet, 10)))
                .containsExactly("before", "somebody else", "somebody else", "after");
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.accounts().block(quiet, "tab_aaaaaaaaaaaaaaaaaaaa"));
        assertThat(kernel.accounts().blocks(quiet)).isEmpty();
    }

    @Test
    void deregisteredAgentShouldLeaveNothingButItsPast() throws Exception {
        OperatorCaller operator = kernel.newOperator();
        AgentCaller stays = kernel.newAgent(operator);
        AgentCaller goes = kernel.newAgent(operator);
        kernel.put(goes, "k", "written before");
        kernel.accounts().setProfile(goes, new AgentProfile("Goes", null, List.of("tag")));
        kernel.accounts().block(goes, kernel.newAgent().address());
        kernel.send(stays, goes, "leased");
        TakenMessages leased = kernel.messages().take(goes, 1);
        kernel.send(stays, goes, "waits");
        kernel.send(goes, stays, "sent before");

        kernel.accounts().deregister(operator, goes.address());

        assertGone(operator, stays, goes);
        kernel.messages().confirm(leased);
        kernel.messages().giveBack(leased);
        restart();
        assertGone(operator, stays, goes);
        assertThat(kernel.get(stays, "k")).contains("written before");
        assertThat(KernelProcess.contentsOf(kernel.receive(stays, 10))).containsExactly("sent before");
        assertThat(kernel.allEvents(100))
                .extracting(Event::type)
                .contains(EventType.AGENT_DEREGISTERED)
                .filteredOn(EventType.MESSAGE_SENT::equals)
                .hasSize(3);
    }

    private void assertGone(OperatorCaller operator, AgentCaller stays, AgentCaller goes) {
        assertThat(kernel.storage().registry().agent(goes.address())).isEmpty();
        assertThat(kernel.storage().registry().agentCount()).isEqualTo(2);
        assertThat(kernel.storage().registry().agentsTagged("tag", 0, 10)).isEmpty();
        assertThat(kernel.storage().registry().agentsWithProfile(0, 10)).isEmpty();
        assertThat(kernel.storage().registry().blockedBy(goes.address())).isEmpty();
        assertThat(kernel.storage()
                        .registry()
                        .operator(operator.operatorId())
                        .orElseThrow()
                        .agentCount())
                .isEqualTo(1);
        assertThat(kernel.storage().registry().agentsOf(operator.operatorId(), 0, 10))
                .extracting(AgentEntry::address)
                .containsExactly(stays.address());
        assertThat(kernel.storage().messages().depth(goes.address())).isEqualTo(QueueDepth.EMPTY);
        clock.advance(Duration.ofDays(1));
        assertThat(kernel.storage().messages().expiredLeases(10)).isEmpty();
        clock.advance(Duration.ofDays(-1));
        MessageContract.assertRefused(ErrorCode.NOT_FOUND, () -> kernel.send(stays, goes, "late"));
        MessageContract.assertRefused(ErrorCode.UNAUTHORIZED, () -> kernel.put(goes, "k", "late"));
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.accounts().deregister(operator, goes.address()));
    }

    @Test
    void othersAgentShouldNotBeFound() {
        OperatorCaller stranger = kernel.newOperator();
        AgentCaller agent = kernel.newAgent();
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.accounts().deregister(stranger, agent.address()));
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.accounts().deregister(stranger, "nobody"));
        assertThat(kernel.storage().registry().agent(agent.address())).isPresent();
    }

    @Test
    void queuesShouldStayTrueWhenAnAgentGoesWhileOthersSend() throws Exception {
        OperatorCaller operator = kernel.newOperator();
        List<AgentCaller> senders = kernel.newAgents(4);
        AgentCaller goes = kernel.newAgent(operator);
        Race.Runner sending = () -> {
            try {
                while (true) {
                    kernel.send(senders.getFirst(), goes, "content");
                }
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.NOT_FOUND);
            }
        };
        Race.run(List.of(sending, sending, sending, () -> {
            kernel.newAgents(5);
            kernel.accounts().deregister(operator, goes.address());
        }));
        assertThat(kernel.storage().messages().depth(goes.address())).isEqualTo(QueueDepth.EMPTY);
        kernel.send(senders.getFirst(), senders.getLast(), "x");
        assertThat(KernelProcess.contentsOf(kernel.receive(senders.getLast(), 10)))
                .containsExactly("x");
    }
}
