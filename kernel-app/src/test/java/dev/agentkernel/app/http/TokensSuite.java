package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.contract.OpenApiContract;
import dev.agentkernel.app.contract.Route;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route there is, called with everything that is not the token it wants. */
abstract class TokensSuite extends HttpSuite {

    /** What the kernel serves beside the document, all of it without a token but the last. */
    private static final Set<String> BESIDE_THE_DOCUMENT = Set.of(
            "GET /",
            "GET /dashboard/{name}",
            "GET /docs",
            "GET /docs/",
            "GET /docs/{name}",
            "GET /openapi.json",
            "GET /openapi.yaml",
            "any /error",
            "GET /ws/dashboard");

    private final List<Route> routes = OpenApiContract.load().routes();

    @Test
    void everyRouteShouldBeInTheDocumentOrNamedHere() {
        Set<String> served = narrowKernel()
                .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(mapping -> mapping.getPatternValues().stream()
                        .flatMap(path ->
                                mapping.getMethodsCondition().getMethods().isEmpty()
                                        ? List.of("any " + path).stream()
                                        : mapping.getMethodsCondition().getMethods().stream()
                                                .map(method -> method + " " + path)))
                .map(route -> route.replace("/**", "/{key}"))
                .collect(Collectors.toSet());
        Set<String> known = routes.stream()
                .map(route -> route.method() + " " + route.template())
                .collect(Collectors.toSet());
        // A handler of its own it has not: it is a key that only looks like others.
        known.remove("GET /v1/state/_capacity");
        assertThat(served).containsAll(known);
        served.removeAll(known);
        assertThat(served).isEqualTo(BESIDE_THE_DOCUMENT);
    }

    @Test
    void everyGuardedRouteShouldRefuseEverythingButItsToken() {
        RunningKernel kernel = narrowKernel();
        Map<String, UnaryOperator<ContractClient>> strangers = strangers(kernel);
        int guarded = 0;
        for (Route route : routes) {
            if (!route.schemes().isEmpty()) {
                strangers.forEach((name, stranger) -> requireRefused(kernel, route, name, stranger));
                guarded++;
            }
        }
        assertThat(guarded).isGreaterThan(40);
        assertThat(routes).hasSize(guarded + 4);
    }

    /** It is not in the document, so that no client of the document can ask for it. */
    @Test
    void dashboardSocketShouldRefuseEverythingButTheTokenOfObservers() throws Exception {
        RunningKernel kernel = narrowKernel();
        Operator operator = kernel.newOperator();
        Map<String, String> tokens = tokens(operator, operator.newAgent());
        tokens.putAll(deadTokens(kernel.newOperator()));
        tokens.remove("the observers' token");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Map.Entry<String, String> token : tokens.entrySet()) {
                HttpRequest handshake = HttpRequest.newBuilder(URI.create(kernel.api() + "/ws/dashboard"))
                        .header("Authorization", "Bearer " + token.getValue())
                        .build();
                assertThat(client.send(handshake, BodyHandlers.discarding()).statusCode())
                        .as(token.getKey())
                        .isEqualTo(401);
            }
        }
    }

    private static void requireRefused(
            RunningKernel kernel, Route route, String name, UnaryOperator<ContractClient> stranger) {
        if (isRightFor(route, name)) {
            return;
        }
        ContractClient client = stranger.apply(kernel.anyone());
        String target = targetOf(route) + "?access_token=" + KernelSetup.OBSERVATION_TOKEN;
        Answer answer = client.request(route.method(), target, null);
        assertThat(answer.status())
                .as(route.method() + " " + route.template() + " with " + name)
                .isEqualTo(401);
        answer.expectError(401, "unauthorized");
        assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    private static boolean isRightFor(Route route, String name) {
        String wanted = switch (name) {
            case "an operator's key" -> "operatorKey";
            case "an agent's token" -> "agentToken";
            case "the administrator's token" -> "adminToken";
            case "the observers' token" -> "observationToken";
            default -> "";
        };
        return route.schemes().contains(wanted);
    }

    /** Who may not come in, or only at some routes, by what they bring. */
    private static Map<String, UnaryOperator<ContractClient>> strangers(RunningKernel kernel) {
        Operator operator = kernel.newOperator();
        Agent agent = operator.newAgent();
        Map<String, UnaryOperator<ContractClient>> strangers = new LinkedHashMap<>();
        strangers.put("nothing", client -> client);
        tokens(operator, agent).forEach((name, token) -> strangers.put(name, client -> client.as(token)));
        deadTokens(kernel.newOperator()).forEach((name, token) -> strangers.put(name, client -> client.as(token)));
        for (String token :
                List.of(operator.key(), agent.token(), KernelSetup.OBSERVATION_TOKEN, KernelSetup.ADMIN_TOKEN)) {
            strangers.put("no scheme before " + token, client -> client.header("Authorization", token));
            strangers.put("another scheme before " + token, client -> client.header("Authorization", "Basic " + token));
            strangers.put(
                    "a cookie of " + token,
                    client -> client.header("Cookie", "token=" + token + "; kernel_observer=" + token));
            strangers.put(
                    "a header of " + token,
                    client -> client.header("X-Api-Key", token).header("Proxy-Authorization", "Bearer " + token));
        }
        return strangers;
    }

    private static Map<String, String> tokens(Operator operator, Agent agent) {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("an operator's key", operator.key());
        tokens.put("an agent's token", agent.token());
        tokens.put("the administrator's token", KernelSetup.ADMIN_TOKEN);
        tokens.put("the observers' token", KernelSetup.OBSERVATION_TOKEN);
        tokens.put("an empty token", "");
        tokens.put("nonsense", "nonsense");
        for (String token :
                List.of(operator.key(), agent.token(), KernelSetup.OBSERVATION_TOKEN, KernelSetup.ADMIN_TOKEN)) {
            tokens.put("one character more than " + token, token + "0");
            tokens.put("one character less than " + token, token.substring(0, token.length() - 1));
            tokens.put("other letters than " + token, token.toUpperCase(Locale.ROOT));
            tokens.put("two tokens, of which one is " + token, "x, Bearer " + token);
        }
        tokens.put("an operator's key that nobody has", "sk_live_" + "0".repeat(64));
        tokens.put("an agent's token that nobody has", "at_live_" + "0".repeat(64));
        tokens.put("an agent's token made of an operator's key", operator.key().replace("sk_", "at_"));
        tokens.put("an operator's key made of an agent's token", agent.token().replace("at_", "sk_"));
        return tokens;
    }

    /** Tokens that were good once. */
    private static Map<String, String> deadTokens(Operator operator) {
        Agent replaced = operator.newAgent();
        replaced.client().get("/v1/agents/me").expect(200);
        replaced.client().post("/v1/agents/me/token").expect(200);
        Agent gone = operator.newAgent();
        gone.client().get("/v1/agents/me").expect(200);
        operator.client().delete("/v1/agents/" + gone.address()).expect(204);
        operator.client().post("/v1/operators/me/key").expect(200);
        return Map.of(
                "a replaced token", replaced.token(),
                "the token of an agent that is gone", gone.token(),
                "a replaced key", operator.key());
    }

    @Test
    void whatIsObservedShouldBeKeptByNoCache() {
        for (Route route : routes) {
            if (route.schemes().contains("observationSession")) {
                assertThat(kernel().anyone().get(targetOf(route)).header("Cache-Control"))
                        .as(route.template())
                        .contains("no-store");
            }
        }
    }

    /** Whoever looks for a fault turns up the log, and sends it to somebody. */
    @Test
    void noTokenShouldBeLoggedHoweverMuchIsLogged() {
        RunningKernel kernel = narrowKernel();
        Operator operator = kernel.newOperator();
        Agent agent = operator.newAgent();
        String session = "kernel_observer=9999999999." + "ab".repeat(32);
        try (LoggedLines lines =
                LoggedLines.below("org.apache", "org.springframework", "org.hibernate", "dev.agentkernel")) {
            agent.send(agent, "content of a message").expect(202);
            agent.take();
            operator.client().get("/v1/operators/me").expect(200);
            ContractClient observer = kernel.anyoneAt("203.0.113.12");
            observer.as(KernelSetup.OBSERVATION_TOKEN).get("/observe/health").expect(200);
            observer.header("Cookie", session).get("/observe/health").expect(401);
            observer.post("/observe/session", Map.of("token", KernelSetup.OBSERVATION_TOKEN))
                    .expect(204);
            kernel.anyone().as(KernelSetup.ADMIN_TOKEN).get("/admin/removals").expect(200);
            assertThat(lines.text()).contains("/admin/removals");
            for (String secret : List.of(
                    operator.key(),
                    agent.token(),
                    session,
                    KernelSetup.OBSERVATION_TOKEN,
                    KernelSetup.ADMIN_TOKEN,
                    "content of a message")) {
                assertThat(lines.text().contains(secret)).as(secret).isFalse();
            }
        }
    }

    private static String targetOf(Route route) {
        return route.template().replaceAll("\\{[a-z]+}", "x");
    }
}
