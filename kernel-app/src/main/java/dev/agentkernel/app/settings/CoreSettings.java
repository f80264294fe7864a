package dev.agentkernel.app.settings;

import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.commit.CommitSettings;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.verification.VerificationSettings;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** Makes of the properties what the domain works with. */
public final class CoreSettings {

    private CoreSettings() {}

    /** The settings of a kernel. */
    public static Kernel.Settings of(KernelProperties properties, String replica) {
        return new Kernel.Settings(
                commit(properties.commit()),
                rateLimits(properties.limits()),
                new RegistrySettings(
                        properties.limits().agentsPerOperator(),
                        properties.limits().blocksPerAgent(),
                        properties.operators().requireTerms()),
                messaging(properties.messaging()),
                state(properties.state()),
                verification(properties.verification()),
                properties.events().logReads(),
                replica);
    }

    private static CommitSettings commit(KernelProperties.Commit commit) {
        return new CommitSettings(
                commit.gatheredMax(),
                commit.gatheredBytes().toBytes(),
                commit.batchMax(),
                commit.batchBytes().toBytes(),
                commit.readsMax());
    }

    private static RateLimitSettings rateLimits(KernelProperties.Limits limits) {
        Map<RateCategory, Budget> budgets = new EnumMap<>(RateCategory.class);
        for (RateCategory category : RateCategory.values()) {
            budgets.put(category, budgetOf(category, limits));
        }
        return new RateLimitSettings(budgets);
    }

    private static Budget budgetOf(RateCategory category, KernelProperties.Limits limits) {
        return switch (category) {
            case MESSAGE_SEND -> Budget.perMinute(limits.messageSendPerMinute());
            case MESSAGE_RECEIVE -> Budget.perMinute(limits.messageReceivePerMinute());
            case STATE_READ -> Budget.perMinute(limits.stateReadPerMinute());
            case STATE_WRITE -> Budget.perMinute(limits.stateWritePerMinute());
            case REGISTRY_READ -> Budget.perMinute(limits.registryReadPerMinute());
            case WEBHOOK_DELIVERY -> Budget.perMinute(limits.webhookPerMinute());
            case OPERATOR_REGISTRATION -> Budget.perHour(limits.operatorRegistrationsPerHour());
            case OBSERVATION -> Budget.perMinute(limits.observationPerMinute());
        };
    }

    private static MessagingSettings messaging(KernelProperties.Messaging messaging) {
        return new MessagingSettings(
                bytes(messaging.maxContentBytes()),
                messaging.maxQueuePerAgent(),
                messaging.totalQueueBytes().toBytes(),
                messaging.maxWaiting(),
                messaging.maxAttempts() == 0 ? MessagingSettings.ATTEMPTS_UNLIMITED : messaging.maxAttempts(),
                messaging.maxSharePerSender());
    }

    private static StateSettings state(KernelProperties.State state) {
        return new StateSettings(
                bytes(state.maxKeyBytes()),
                bytes(state.maxValueBytes()),
                state.capacityBytes().toBytes());
    }

    private static VerificationSettings verification(KernelProperties.Verification verification) {
        return new VerificationSettings(
                verification.gate(), verification.challengeExpiry(), verification.proofOfWorkDifficulty());
    }

    private static int bytes(DataSize size) {
        return Math.toIntExact(size.toBytes());
    }
}
