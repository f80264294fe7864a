package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import org.junit.jupiter.api.Test;

/** A storage for one process alone: a second one is turned away, and the first goes on unharmed. */
public abstract class ExclusiveStorageContract extends StorageContract {

    @Test
    void secondProcessShouldBeTurnedAway() throws Exception {
        AgentCaller agent = kernel.newAgent();
        assertThatThrownBy(() -> start("b", Limits.DEFAULT)).hasMessageContaining("in use");
        kernel.put(agent, "k", "v");
        restart();
        assertThat(kernel.get(agent, "k")).contains("v");
    }
}
