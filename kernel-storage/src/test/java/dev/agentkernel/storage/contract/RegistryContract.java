package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentFilter;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.registry.RegistryPage;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.verification.Challenge;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Operators and agents. */
public abstract class RegistryContract extends StorageContract {

    private RegistryStore registry() {
        return kernel.storage().registry();
    }

    @Test
    void entriesShouldSayWhoAndWhen() {
        Instant created = clock.instant();
        OperatorCaller operator = kernel.newOperator();
        clock.advance(Duration.ofSeconds(5));
        AgentCaller plain = kernel.newAgent(operator);
        String pushed = kernel.registry()
                .registerAgent(operator, kernel.registry().issueChallenge().id(), "", "https://agent.example/hook")
                .address();

        assertThat(registry().operator(operator.operatorId()))
                .contains(new OperatorEntry(operator.operatorId(), created, 2));
        AgentEntry entry = registry().agent(plain.address()).orElseThrow();
        assertThat(entry.operatorId()).isEqualTo(operator.operatorId());
        assertThat(entry.registeredAt()).isEqualTo(clock.instant());
        assertThat(entry.webhookUrl()).isNull();
        assertThat(registry().agent(pushed).orElseThrow().webhookUrl()).isEqualTo("https://agent.example/hook");
        assertThat(registry().agentCount()).isEqualTo(2);
    }

    @Test
    void strangersShouldNotBeFound() {
        for (String name : List.of("tab_nobody", "", "a\0b", "\uD800", "x".repeat(10_000))) {
            assertThat(registry().agent(name)).as(name).isEmpty();
        }
        assertThat(registry().operator(UUID.randomUUID())).isEmpty();
        assertThat(registry().agentsOf(UUID.randomUUID(), 0, 10)).isEmpty();
        assertThat(registry().agentsAfter(0, 10)).isEmpty();
        assertThat(registry().agentCount()).isZero();
    }

    @Test
    void contactShouldBeKeptWhenUnicodeAndRefusedWhenHalfACharacter() {
        kernel.registry().registerOperator("whole \uD83D\uDE80", true);
        assertThatThrownBy(() -> kernel.registry().registerOperator("half \uD83D", true))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("surrogate");
        assertThat(kernel.storage().events().lastSeq()).isEqualTo(1);
    }

    @Test
    void pagesShouldCoverEveryAgentOnceInOrderWhileOthersRegister() {
        List<AgentCaller> agents = kernel.newAgents(7);
        AgentCaller reader = agents.getFirst();
        List<String> seen = new ArrayList<>();
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            RegistryPage page = kernel.registry().list(reader, AgentFilter.NONE, after.getAsLong(), 3);
            page.agents().forEach(agent -> seen.add(agent.address()));
            after = page.nextAfterSeq();
            if (agents.size() == 7) {
                agents.add(kernel.newAgent());
            }
        }
        assertThat(seen).isEqualTo(agents.stream().map(AgentCaller::address).toList());
    }

    @Test
    void pagesOfAnOperatorShouldHoldItsAgentsAlone() {
        OperatorCaller one = kernel.newOperator();
        OperatorCaller two = kernel.newOperator();
        List<String> ofOne = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ofOne.add(kernel.newAgent(one).address());
            kernel.newAgent(two);
        }
        RegistryPage first = kernel.registry().agentsOf(one, 0, 3);
        RegistryPage second =
                kernel.registry().agentsOf(one, first.nextAfterSeq().orElseThrow(), 3);
        List<String> seen = new ArrayList<>();
        first.agents().forEach(agent -> seen.add(agent.address()));
        second.agents().forEach(agent -> seen.add(agent.address()));
        assertThat(seen).isEqualTo(ofOne);
        assertThat(second.nextAfterSeq()).isEmpty();
        assertThat(first.total()).isEqualTo(5);
    }

    @Test
    void challengeShouldServeOnceAlsoAfterAReopening() throws Exception {
        OperatorCaller operator = kernel.newOperator();
        Challenge challenge = kernel.registry().issueChallenge();
        kernel.registry().registerAgent(operator, challenge.id(), "", null);
        MessageContract.assertRefused(
                ErrorCode.VERIFICATION_FAILED,
                () -> kernel.registry().registerAgent(operator, challenge.id(), "", null));
        restart();
        MessageContract.assertRefused(
                ErrorCode.VERIFICATION_FAILED,
                () -> kernel.registry().registerAgent(operator, challenge.id(), "", null));
        assertThat(registry().agentCount()).isEqualTo(1);
    }

    @Test
    void challengeShouldServeOneOfSeveralAtOnce() throws Exception {
        OperatorCaller operator = kernel.newOperator();
        Challenge challenge = kernel.registry().issueChallenge();
        AtomicInteger registered = new AtomicInteger();
        Race.Runner registering = () -> {
            try {
                kernel.registry().registerAgent(operator, challenge.id(), "", null);
                registered.incrementAndGet();
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.VERIFICATION_FAILED);
            }
        };
        Race.run(List.of(registering, registering, registering, registering));
        assertThat(registered).hasValue(1);
        assertThat(registry().agentCount()).isEqualTo(1);
    }

    @Test
    void operatorShouldHaveNoMoreAgentsThanAllowed() throws Exception {
        restart(Limits.DEFAULT.with(new RegistrySettings(3, 1_000, false)));
        OperatorCaller operator = kernel.newOperator();
        Race.Runner registering = () -> {
            try {
                kernel.newAgent(operator);
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN);
            }
        };
        Race.run(List.of(registering, registering, registering, registering, registering));
        assertThat(registry().operator(operator.operatorId()).orElseThrow().agentCount())
                .isEqualTo(3);
        assertThat(registry().agentsOf(operator.operatorId(), 0, 10)).hasSize(3);
    }
}
