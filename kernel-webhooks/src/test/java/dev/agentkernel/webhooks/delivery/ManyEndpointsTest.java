package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * As many endpoints as an installation may have, each with a circuit that opens: what the worker keeps does not grow with them, and
 * it forgets no circuit.
 */
class ManyEndpointsTest extends DeliveryTest {

    private static final int ENDPOINTS = 100_000;
    private static final int PROBED = 1_000;

    private final DeliverySettings settings = openingAtTheFirstFailure();
    private final List<String> agents =
            IntStream.range(0, ENDPOINTS).mapToObj("tab_agent%06d"::formatted).toList();

    private static DeliverySettings openingAtTheFirstFailure() {
        DeliverySettings defaults = DeliverySettings.defaults();
        return new DeliverySettings(
                defaults.concurrentMax(),
                defaults.perHostMax(),
                defaults.operatorPercentage(),
                defaults.slowAfter(),
                defaults.slowMax(),
                defaults.retries(),
                defaults.jitter(),
                defaults.retryAfterMax(),
                1,
                defaults.openFor(),
                defaults.lookEvery(),
                defaults.stopWithin());
    }

    @BeforeEach
    void useSettings() {
        worker.close();
        worker = worker(settings, 1_000_000);
        // The guard refuses what is not HTTPS, so that every attempt fails without a connection.
        agents.forEach(agent -> outbox.register(agent, "http://" + agent + ".example/"));
    }

    @AfterEach
    void leaveNothingBehind() {
        outcomes.clear();
    }

    @Test
    void circuitsOfAllEndpointsAreKeptWithoutABreakerOrAThreadForEach() throws JMException {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();

        sendToFirst(ENDPOINTS);

        assertThat(outcomes).hasSize(ENDPOINTS);
        assertThat(worker.candidates()).isZero();
        assertThat(liveBreakers()).isLessThanOrEqualTo(settings.concurrentMax());
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - threads)
                .isLessThan(settings.concurrentMax());

        sendToFirst(ENDPOINTS);
        assertThat(outcomes).as("no attempt while a circuit is open").hasSize(ENDPOINTS);
        assertThat(outbox.handedOver()).hasSize(2 * ENDPOINTS);

        clock.advance(settings.openFor());
        sendToFirst(PROBED);
        sendToFirst(PROBED);
        assertThat(outcomes).as("one probe each, and the circuit is open again").hasSize(ENDPOINTS + PROBED);
        assertThat(outbox.handedOver()).hasSize(2 * ENDPOINTS + 2 * PROBED);
    }

    private void sendToFirst(int endpoints) {
        agents.subList(0, endpoints).forEach(agent -> outbox.send(agent, agent));
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(AMPLE)
                .until(() -> worker.runOnce() == 0 && worker.inFlight() == 0 && worker.candidates() == 0);
    }

    /** As the virtual machine counts them, after a full collection. */
    private static long liveBreakers() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        String packageName = CircuitBreaker.class.getPackageName();
        return histogram
                .toString()
                .lines()
                .map(String::strip)
                .map(line -> line.split("\\s+"))
                .filter(columns ->
                        columns.length >= 4 && columns[3].equals(packageName + ".internal.CircuitBreakerStateMachine"))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }
}
