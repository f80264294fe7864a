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
    void deregisteredAgentShouldLeaveNothingButItsPast() throws Exception {
        OperatorCaller operator = kernel.newOperator();
        AgentCaller stays = kernel.newAgent(operator);
        AgentCaller goes = kernel.newAgent(operator);
        kernel.put(goes, "k", "written before");
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
        assertThat(kernel.storage().registry().agentCount()).isEqualTo(1);
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
        assertThat(kernel.storage().messages().expiredLeases(clock.instant().plus(Duration.ofDays(1)), 10))
                .isEmpty();
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
