package dev.agentkernel.api.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DocumentationTest {

    private static final Pattern REFERENCE =
            Pattern.compile("(?:href|src)=\"(/docs/[^\"#]+)\"|from '\\./([a-z]+\\.js)'");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext application;
    private static String origin;

    @BeforeAll
    static void start() {
        application = new SpringApplicationBuilder(DocumentationApplication.class)
                .web(WebApplicationType.SERVLET)
                .run("--server.port=0", "--server.address=127.0.0.1");
        int port = ((ServletWebServerApplicationContext) application)
                .getWebServer()
                .getPort();
        origin = "http://127.0.0.1:" + port;
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/"})
    void pageShouldBeServedWithoutRedirect(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(answer.body()).contains("<main id=\"content\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/docs", "/docs/page.js", "/docs/page.css", "/docs/icon.svg", "/openapi.json", "/openapi.yaml"})
    void everyAnswerShouldForbidWhateverIsNotItsOwn(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; "
                                + "img-src 'self' data:; connect-src 'self';")
                        .contains("frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/page.js", "/openapi.json", "/openapi.yaml"})
    void answerShouldBeNotModifiedWhenTheClientHasThisVersion(String path) throws Exception {
        String entityTag = get(path).headers().firstValue("ETag").orElseThrow();
        assertThat(get(path, "If-None-Match", entityTag).statusCode()).isEqualTo(304);
        assertThat(get(path, "If-None-Match", "\"another\"").statusCode()).isEqualTo(200);
    }

    @Test
    void everyFileThatThePageLoadsShouldBeServedWithItsType() throws Exception {
        Map<String, HttpResponse<String>> loaded = everythingLoadedFrom("/docs");
        assertThat(loaded).hasSizeGreaterThan(8);
        loaded.forEach((path, answer) -> {
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .as(path)
                    .hasValueSatisfying(type -> assertThat(type).startsWith(typeOf(path)));
        });
    }

    @Test
    void pageShouldKeepToItsOwnPolicyAndNeverMakeMarkupOfData() throws Exception {
        everythingLoadedFrom("/docs")
                .forEach((path, answer) -> assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                        .as(path)
                        .doesNotContainPattern("https?://|<style|style=|<script>|\\son[a-z]+=")
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("));
    }

    @Test
    void jsonShouldSayTheSameAsTheYaml() throws Exception {
        JsonMapper mapper = JsonMapper.builder().build();
        HttpResponse<String> json = get("/openapi.json");
        HttpResponse<String> yaml = get("/openapi.yaml");
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml");
        JsonNode fromYaml = mapper.valueToTree(new Yaml().load(yaml.body()));
        assertThat(mapper.readTree(json.body())).isEqualTo(fromYaml);
        assertThat(fromYaml.path("openapi").asString()).startsWith("3.1.");
    }

    @Test
    void unknownFileShouldBeNotFound() throws Exception {
        assertThat(get("/docs/secret.js").statusCode()).isEqualTo(404);
    }

    private static Map<String, HttpResponse<String>> everythingLoadedFrom(String start)
            throws IOException, InterruptedException {
        Map<String, HttpResponse<String>> loaded = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>();
        open.add(start);
        while (!open.isEmpty()) {
            String path = open.remove();
            if (!loaded.containsKey(path)) {
                HttpResponse<String> answer = get(path);
                loaded.put(path, answer);
                REFERENCE
                        .matcher(answer.body())
                        .results()
                        .map(DocumentationTest::path)
                        .forEach(open::add);
            }
        }
        return loaded;
    }

    private static String path(MatchResult reference) {
        return reference.group(1) != null ? reference.group(1) : "/docs/" + reference.group(2);
    }

    private static String typeOf(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript";
            case "css" -> "text/css";
            case "svg" -> "image/svg+xml";
            default -> "text/html";
        };
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
