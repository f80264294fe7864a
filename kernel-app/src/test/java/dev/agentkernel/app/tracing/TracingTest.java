package dev.agentkernel.app.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.KernelApplication;
import dev.agentkernel.app.tracing.SpanCollector.Span;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** A kernel that sends its spans to a collector, and one that nobody told of any. */
@ExtendWith(OutputCaptureExtension.class)
class TracingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String CONTENT = "for the recipient alone";
    private static final String PATH = "/path-of-a-webhook";

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    /** Logs in each request, as handlers do when something is wrong. */
    @Configuration(proxyBeanMethods = false)
    static class LogsRequests {

        private static final Logger log = LoggerFactory.getLogger(LogsRequests.class);

        @Bean
        Filter logsRequests() {
            return (request, response, chain) -> {
                log.info("within a request");
                chain.doFilter(request, response);
            };
        }
    }

    private ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(KernelApplication.class, LogsRequests.class);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(Map.of("kernel.data-dir", directory.toString()));
        return application.run(arguments);
    }

    @Test
    void requestsCommitsAndDeliveriesShouldBeTracedWithoutAnythingSecret(CapturedOutput output) throws Exception {
        try (SpanCollector collector = new SpanCollector();
                ConfigurableApplicationContext kernel = start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--kernel.storage.reserve-bytes=1MB",
                        "--kernel.webhook.allow-http=true",
                        "--kernel.webhook.allow-private-addresses=true",
                        "--management.tracing.sampling.probability=1",
                        "--management.opentelemetry.tracing.export.schedule-delay=100ms",
                        "--" + TracingConfiguration.COLLECTOR + "=" + collector.url("/v1/traces"))) {
            String api = "http://127.0.0.1:" + kernel.getEnvironment().getRequiredProperty("local.server.port");
            String key = text(post(api + "/v1/operators", "", "{\"contact_hash\":\"x\"}"), "api_key");
            String challenge = text(get(api + "/v1/agents/verification-challenge", key), "challenge_id");
            String agent = post(
                    api + "/v1/agents",
                    key,
                    "{\"webhook_url\":\"%s\",\"verification_response\":{\"challenge_id\":\"%s\",\"response\":\"any\"}}"
                            .formatted(collector.url(PATH), challenge));
            String token = text(agent, "agent_token");
            String address = text(agent, "agent_address");
            post(api + "/v1/messages", token, "{\"to\":\"" + address + "\",\"content\":\"" + CONTENT + "\"}");
            get(api + "/v1/state/key-of-an-agent", token);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector.names())
                            .contains(
                                    "http post /v1/messages",
                                    "http get /v1/state/**",
                                    CommitSpans.NAME,
                                    DeliverySpans.NAME));
            assertThat(collector.spans()).contains(new Span(TRACE, CALLER, "http post /v1/messages"));
            assertThat(collector.exported())
                    .contains("request_id", "committed", "delivered")
                    .doesNotContain(key, token, address, CONTENT, PATH, "key-of-an-agent");
            assertThat(output.getOut())
                    .containsPattern("within a request \\[request [0-9a-f]{32}\\] \\[trace " + TRACE + "\\]");
        }
    }

    @Test
    void nothingShouldBeThereToTraceWithUnlessSomebodySaysWhereTheCollectorIs(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext kernel =
                start("--server.port=0", "--management.server.port=0", "--kernel.storage.reserve-bytes=1MB")) {
            String api = "http://127.0.0.1:" + kernel.getEnvironment().getRequiredProperty("local.server.port");
            get(api + "/v1/health", "");

            assertThat(kernel.getBeanProvider(Tracer.class).stream()).isEmpty();
            assertThat(kernel.getBeanDefinitionNames())
                    .doesNotContain("webMvcObservationFilter")
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("opentelemetry"));
            assertThat(output.getOut()).contains("within a request").doesNotContain("[trace");
        }
    }

    private String get(String url, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)), token);
    }

    private String post(String url, String token, String json) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                token);
    }

    private String send(HttpRequest.Builder request, String token) throws IOException, InterruptedException {
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        request.header("traceparent", "00-" + TRACE + "-" + CALLER + "-01");
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isIn(List.of(200, 201, 202, 404));
        return answer.body();
    }

    private static String text(String json, String field) {
        return JsonMapper.shared().readTree(json).required(field).asString();
    }
}
