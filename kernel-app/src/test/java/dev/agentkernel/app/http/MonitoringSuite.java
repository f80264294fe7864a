package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.storage.StorageDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the kernel tells of itself to Prometheus, to Grafana and to whoever asks what comes first to its limit. */
abstract class MonitoringSuite extends HttpSuite {

    private static final Set<String> EMBEDDED_ALONE = Set.of(
            "kernel_log_fsync_seconds_bucket",
            "kernel_log_written_bytes_total",
            "kernel_disk_usable_bytes",
            "kernel_disk_total_bytes");
    private static final Set<String> POSTGRES_ALONE = Set.of("kernel_pool_connections", "kernel_pool_waiting");

    /** Made by Prometheus itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static final List<String> COMPONENTS = List.of(
            "Storage commit",
            "Event log",
            "Write path",
            "Authentication",
            "Message queues",
            "State store",
            "Registry listing",
            "Webhook delivery",
            "CPU",
            "Memory",
            "Disk",
            "Sockets");

    /** Ample for commits that take longer than their ceiling, and less than a minute's budget of writes. */
    private static final int SLOW_WRITES_MAX = 50;

    private boolean isEmbedded() {
        return kernel().bean(StorageDescription.class).kind().equals("embedded");
    }

    @Test
    void everyMetricOfDashboardsAndAlertsShouldBeExported() throws IOException {
        Set<String> exported = ExportedMetrics.of(kernel()).names();
        Set<String> missing = new TreeSet<>();
        List<String> queries = MetricQueries.all();
        assertThat(queries).hasSizeGreaterThan(40);
        queries.forEach(query -> missing.addAll(MetricQueries.metricsOf(query)));
        missing.removeAll(exported);
        missing.removeAll(OF_PROMETHEUS);
        assertThat(missing).isEqualTo(isEmbedded() ? POSTGRES_ALONE : EMBEDDED_ALONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up{job=\"a_b\"} == 0 | up",
                "histogram_quantile(0.99, sum by (instance, le) (rate(a_bucket[5m]))) > 0.1 | a_bucket",
                "a / b < 0.25 and predict_linear(c[6h], 86400) < 0 | a b c",
                "sum(rate(a{x!=\"y\"}[15m])) > 0.5 * sum(rate(b_total[15m])) / 1e9 | a b_total"
            })
    void metricsShouldBeFoundInQueries(String query, String names) {
        assertThat(MetricQueries.metricsOf(query)).containsExactly(names.split(" "));
    }

    @Test
    void figuresShouldFollowWhatHappensAndNameNoAgent() {
        Agent agent = kernel().newAgent();
        ExportedMetrics before = ExportedMetrics.of(kernel());
        agent.client().get("/v1/registry?limit=1").expect(200);
        kernel().anyone().as("at_live_" + "0".repeat(64)).get("/v1/registry").expectError(401, "unauthorized");
        ExportedMetrics after = ExportedMetrics.of(kernel());
        for (String grown : List.of(
                "kernel_registry_page_seconds_count",
                "kernel_authentication_refusals_total",
                "kernel_authentication_lookups_total{source=\"storage\"}",
                "kernel_authentication_time_seconds_total")) {
            assertThat(after.value(grown)).as(grown).isGreaterThan(before.value(grown));
        }
        assertThat(after.text()).doesNotContain("tab_", agent.token());
    }

    @Test
    void refusalsOfLimitsShouldBeCountedByCategory() {
        String sample = "kernel_rate_limit_refusals_total{category=\"observation\"}";
        double before = ExportedMetrics.of(narrowKernel()).value(sample);
        ContractClient observer = narrowKernel().anyoneAt("203.0.113.150").as(KernelSetup.OBSERVATION_TOKEN);
        int answered = 0;
        while (observer.get("/observe/scaling").status() == 200 && answered < 1_000) {
            answered++;
        }
        assertThat(ExportedMetrics.of(narrowKernel()).value(sample)).isGreaterThan(before);
    }

    @Test
    void everyComponentShouldBeMeasuredAndLeadToItsChapter() throws IOException {
        List<JsonNode> components = components(kernel());
        Set<String> expected = new TreeSet<>(COMPONENTS);
        if (!isEmbedded()) {
            expected.remove("Disk");
        }
        assertThat(components.stream()
                        .map(component -> component.path("component").asString()))
                .containsExactlyInAnyOrderElementsOf(expected);
        String page = Files.readString(Path.of("..", "docs", "scaling.md"));
        Set<String> anchors = page.lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-'))
                .collect(Collectors.toSet());
        Set<String> chapters = new TreeSet<>();
        for (JsonNode component : components) {
            Matcher link = Pattern.compile("docs/scaling\\.md#([a-z-]+)$")
                    .matcher(component.path("next_step").asString());
            assertThat(link.find()).as("%s", component).isTrue();
            chapters.add(link.group(1));
        }
        assertThat(anchors).isEqualTo(chapters);
    }

    @Test
    void processorShouldNeverBeToldAsUnused() {
        RunningKernel kernel = kernels().get(KernelSetup.BRIEF);
        AtomicReference<JsonNode> cpu = new AtomicReference<>();
        patiently().untilAsserted(() -> {
            cpu.set(component(kernel, "CPU").path("value"));
            assertThat(cpu.get().isNumber()).isTrue();
        });
        assertThat(cpu.get().asDouble()).isPositive();
    }

    @Test
    void verdictShouldChangeWhenCommitsTakeLongerThanTheirCeiling() {
        RunningKernel kernel = kernels().get(KernelSetup.BRIEF);
        Agent agent = kernel.newAgent();
        kernel.faults().whileCommitsTake(Duration.ofMillis(150), () -> {
            for (int i = 0; i < SLOW_WRITES_MAX && !isDue(kernel); i++) {
                agent.put("slow", "write " + i).expect(200);
            }
        });
        patiently().until(() -> isDue(kernel));
        JsonNode commit = component(kernel, "Storage commit");
        assertThat(commit.path("value").asDouble())
                .isGreaterThanOrEqualTo(commit.path("ceiling").asDouble());
        assertThat(ExportedMetrics.of(kernel).value("kernel_scaling_ratio{component=\"storage_commit\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    /** The kernel looks at itself once a second. */
    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500));
    }

    private static boolean isDue(RunningKernel kernel) {
        return component(kernel, "Storage commit").path("verdict").asString().equals("act");
    }

    private static JsonNode component(RunningKernel kernel, String name) {
        return components(kernel).stream()
                .filter(component -> component.path("component").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> components(RunningKernel kernel) {
        JsonNode answer = kernel.anyone().get("/observe/scaling").expect(200).json();
        return StreamSupport.stream(answer.path("components").spliterator(), false)
                .toList();
    }
}
