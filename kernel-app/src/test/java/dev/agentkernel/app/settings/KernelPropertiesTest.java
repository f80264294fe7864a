package dev.agentkernel.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.verification.Gate;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KernelPropertiesTest {

    @Test
    void defaultsShouldBeThoseOfTheDomain() {
        assertThat(CoreSettings.of(bind(Map.of()), Kernel.Settings.SINGLE_REPLICA))
                .isEqualTo(Kernel.Settings.DEFAULT);
    }

    @Test
    void defaultsShouldBeInsideTheirOwnRanges() {
        SettingsCheck.requireAllowed(bind(Map.of()));
        assertThat(PropertyTree.of(bind(Map.of())))
                .filteredOn(leaf -> leaf.range().isPresent())
                .hasSizeGreaterThan(20)
                .allSatisfy(leaf -> assertThat(leaf.complaint()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"65536,65536", "64KB,65536", "1MB,1048576", "10B,10"})
    void sizeShouldBeReadWhenItIsPlainBytesOrHasAUnit(String written, int bytes) {
        Kernel.Settings settings =
                CoreSettings.of(bind(Map.of("kernel.messaging.max-content-bytes", written)), "single");
        assertThat(settings.messaging().contentBytesMax()).isEqualTo(bytes);
    }

    @Test
    void everyLimitShouldReachTheDomain() {
        KernelProperties properties = bind(Map.ofEntries(
                Map.entry("kernel.limits.message-send-per-minute", "1"),
                Map.entry("kernel.limits.message-receive-per-minute", "2"),
                Map.entry("kernel.limits.state-read-per-minute", "3"),
                Map.entry("kernel.limits.state-write-per-minute", "4"),
                Map.entry("kernel.limits.registry-read-per-minute", "5"),
                Map.entry("kernel.limits.operator-registrations-per-hour", "6"),
                Map.entry("kernel.limits.agents-per-operator", "7"),
                Map.entry("kernel.limits.blocks-per-agent", "17"),
                Map.entry("kernel.operators.require-terms", "true")));
        Kernel.Settings settings = CoreSettings.of(properties, "single");
        assertThat(settings.rateLimits().budgets())
                .containsEntry(RateCategory.MESSAGE_SEND, Budget.perMinute(1))
                .containsEntry(RateCategory.MESSAGE_RECEIVE, Budget.perMinute(2))
                .containsEntry(RateCategory.STATE_READ, Budget.perMinute(3))
                .containsEntry(RateCategory.STATE_WRITE, Budget.perMinute(4))
                .containsEntry(RateCategory.REGISTRY_READ, Budget.perMinute(5))
                .containsEntry(RateCategory.OPERATOR_REGISTRATION, Budget.perHour(6));
        assertThat(settings.registry().agentsPerOperatorMax()).isEqualTo(7);
        assertThat(settings.registry().blocksPerAgentMax()).isEqualTo(17);
        assertThat(settings.registry().requireTerms()).isTrue();
    }

    @Test
    void everyBoundShouldReachTheDomain() {
        KernelProperties properties = bind(Map.ofEntries(
                Map.entry("kernel.messaging.max-queue-per-agent", "11"),
                Map.entry("kernel.messaging.total-queue-bytes", "12KB"),
                Map.entry("kernel.state.max-key-bytes", "13"),
                Map.entry("kernel.state.max-value-bytes", "14"),
                Map.entry("kernel.state.capacity-bytes", "15KB"),
                Map.entry("kernel.commit.gathered-max", "16"),
                Map.entry("kernel.commit.gathered-bytes", "17MB"),
                Map.entry("kernel.commit.batch-max", "18"),
                Map.entry("kernel.commit.batch-bytes", "19MB"),
                Map.entry("kernel.commit.reads-max", "20"),
                Map.entry("kernel.events.log-reads", "false")));
        Kernel.Settings settings = CoreSettings.of(properties, "replica-7");
        assertThat(settings.messaging().queueMessagesMax()).isEqualTo(11);
        assertThat(settings.messaging().totalQueueBytesMax()).isEqualTo(12 << 10);
        assertThat(settings.state().keyBytesMax()).isEqualTo(13);
        assertThat(settings.state().valueBytesMax()).isEqualTo(14);
        assertThat(settings.state().capacityBytes()).isEqualTo(15 << 10);
        assertThat(settings.commit().gatheredMax()).isEqualTo(16);
        assertThat(settings.commit().gatheredBytesMax()).isEqualTo(17 << 20);
        assertThat(settings.commit().batchMax()).isEqualTo(18);
        assertThat(settings.commit().batchBytesMax()).isEqualTo(19 << 20);
        assertThat(settings.commit().notesMax()).isEqualTo(20);
        assertThat(settings.logReads()).isFalse();
        assertThat(settings.replica()).isEqualTo("replica-7");
    }

    @Test
    void gateAndDurationShouldBeReadInTheSpellingsOfTheContract() {
        KernelProperties properties = bind(Map.of(
                "kernel.verification.gate", "proof_of_work",
                "kernel.verification.challenge-expiry", "90s",
                "kernel.verification.proof-of-work-difficulty", "12",
                "kernel.webhook.ports", "443, 9443"));
        assertThat(properties.verification())
                .isEqualTo(new KernelProperties.Verification(Gate.PROOF_OF_WORK, Duration.ofSeconds(90), 12));
        assertThat(properties.webhook().ports()).isEqualTo(Set.of(443, 9443));
    }

    private static KernelProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("kernel", KernelProperties.class);
    }
}
