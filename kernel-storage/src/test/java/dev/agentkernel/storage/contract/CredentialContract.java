package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.registry.RegisteredOperator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Credentials: found by their digest alone, and dead everywhere once they are replaced. */
public abstract class CredentialContract extends StorageContract {

    @Test
    void tokenShouldStandForItsHolder() {
        RegisteredOperator registered = kernel.registry().registerOperator("contact", null);
        OperatorCaller operator = (OperatorCaller) kernel.holderOf(registered.apiKey());
        assertThat(operator).isEqualTo(new OperatorCaller(registered.operatorId(), 1));

        AgentCaller agent = kernel.newAgent(operator);
        assertThat(agent.credentialVersion()).isEqualTo(1);
        assertThat(kernel.storage().registry().agent(agent.address())).isPresent();
    }

    @Test
    void unknownDigestShouldFindNothing() {
        assertThat(kernel.storage().credentials().find(ByteString.wrap(new byte[32])))
                .isEmpty();
        assertThat(kernel.storage().credentials().find(ByteString.EMPTY)).isEmpty();
    }

    @Test
    void replacedKeyShouldBeDeadAndTheNewOneServe() throws Exception {
        RegisteredOperator registered = kernel.registry().registerOperator("contact", null);
        OperatorCaller before = (OperatorCaller) kernel.holderOf(registered.apiKey());
        String newKey = kernel.registry().rotateKey(before);

        assertThat(kernel.isHeld(registered.apiKey())).isFalse();
        OperatorCaller after = (OperatorCaller) kernel.holderOf(newKey);
        assertThat(after).isEqualTo(new OperatorCaller(registered.operatorId(), 2));
        MessageContract.assertRefused(ErrorCode.UNAUTHORIZED, () -> kernel.newAgent(before));
        MessageContract.assertRefused(
                ErrorCode.UNAUTHORIZED, () -> kernel.registry().rotateKey(before));
        kernel.newAgent(after);

        restart();
        assertThat(kernel.isHeld(registered.apiKey())).isFalse();
        assertThat(kernel.holderOf(newKey)).isEqualTo(after);
    }

    @Test
    void nothingShouldBeWrittenWithAKeyAfterItWasReplaced() throws Exception {
        OperatorCaller old = kernel.newOperator();
        Race.Runner registering = () -> {
            try {
                while (true) {
                    kernel.newAgent(old);
                }
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
            }
        };
        Race.run(List.of(registering, registering, registering, () -> {
            kernel.newAgents(5);
            kernel.registry().rotateKey(old);
        }));

        List<Event> events = kernel.allEvents(1_000);
        List<EventType> ofOperator = events.stream()
                .filter(event -> event.data().toUtf8().contains(old.operatorId().toString()))
                .map(Event::type)
                .toList();
        assertThat(ofOperator).startsWith(EventType.OPERATOR_CREATED).endsWith(EventType.TOKEN_ROTATED);
        assertThat(ofOperator.stream()
                        .filter(EventType.AGENT_REGISTERED::equals)
                        .count())
                .isEqualTo(kernel.storage()
                        .registry()
                        .operator(old.operatorId())
                        .orElseThrow()
                        .agentCount());
    }

    @Test
    void oneOfSeveralReplacementsAtOnceShouldWin() throws Exception {
        OperatorCaller old = kernel.newOperator();
        Race.Runner rotating = () -> {
            try {
                kernel.registry().rotateKey(old);
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
            }
        };
        Race.run(List.of(rotating, rotating, rotating, rotating));
        assertThat(kernel.allEvents(100)).extracting(Event::type).containsOnlyOnce(EventType.TOKEN_ROTATED);
    }
}
