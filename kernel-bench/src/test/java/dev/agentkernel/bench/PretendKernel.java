package dev.agentkernel.bench;

import dev.agentkernel.bench.baseline.BareTomcat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the API that the harness uses, held to the contract: unknown tokens are 401, bodies need their content type, agents
 * and accepted messages survive the process in the data directory.
 */
final class PretendKernel extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String OPERATOR_KEY = "sk_live_" + "1".repeat(64);
    private static final int PAGE = 100;
    private static final String JOURNAL = "journal";

    private final transient Map<String, String> addressByToken = new ConcurrentHashMap<>();
    private final transient Map<String, AtomicInteger> queued = new ConcurrentHashMap<>();
    private final transient Map<String, String> state = new ConcurrentHashMap<>();
    private final transient List<String> registry = new CopyOnWriteArrayList<>();
    private final transient Path journal;
    private final AtomicInteger sends = new AtomicInteger();
    private final int refuseEverySend;

    /** Refuses every n-th message with 507, none when n is 0. */
    PretendKernel(Path dataDirectory, int refuseEverySend) throws IOException {
        this.journal = Files.createDirectories(dataDirectory).resolve(JOURNAL);
        this.refuseEverySend = refuseEverySend;
        if (Files.exists(journal)) {
            Files.readAllLines(journal).forEach(this::replay);
        }
    }

    /** Serves in a process of its own, started as the kernel is. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(option(arguments, "--server.port=").orElseThrow());
        Path data = Path.of(option(arguments, "--kernel.data-dir=").orElseThrow());
        int refuse =
                option(arguments, "--refuse-every-send=").map(Integer::parseInt).orElse(0);
        new BareTomcat(new PretendKernel(data, refuse), port).start();
    }

    private static Optional<String> option(String[] arguments, String prefix) {
        return Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length()))
                .findFirst();
    }

    /** Returns a started server. */
    static Running start(Path dataDirectory, int refuseEverySend) throws IOException {
        BareTomcat tomcat = new BareTomcat(new PretendKernel(dataDirectory, refuseEverySend), 0);
        return new Running(tomcat, tomcat.start());
    }

    record Running(BareTomcat tomcat, InetSocketAddress address) implements AutoCloseable {
        String url() {
            return "http://127.0.0.1:" + address.getPort();
        }

        @Override
        public void close() {
            tomcat.close();
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String route = request.getMethod() + " " + request.getRequestURI();
        if (!body.isEmpty() && !"application/json".equals(request.getContentType())) {
            answer(response, 415, "{\"error\":\"unsupported_media_type\"}");
        } else if (route.equals("GET /v1/health")) {
            answer(response, 200, "{\"status\":\"ok\"}");
        } else if (route.equals("POST /v1/operators")) {
            answer(
                    response,
                    201,
                    "{\"operator_id\":\"" + UUID.randomUUID() + "\",\"api_key\":\"" + OPERATOR_KEY + "\"}");
        } else {
            authenticated(route, token(request), body, request, response);
        }
    }

    private void authenticated(
            String route, String token, String body, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String address = addressByToken.get(token);
        if (token.equals(OPERATOR_KEY) && route.equals("GET /v1/agents/verification-challenge")) {
            answer(response, 200, "{\"challenge_id\":\"c-" + UUID.randomUUID() + "\",\"challenge_type\":\"stub\"}");
        } else if (token.equals(OPERATOR_KEY)
                && route.equals("POST /v1/agents")
                && body.contains("\"challenge_id\":\"c-")) {
            register(response);
        } else if (address == null) {
            answer(response, 401, "{\"error\":\"unauthorized\",\"message\":\"The token is not known.\"}");
        } else if (route.equals("GET /v1/agents/me")) {
            answer(response, 200, "{\"address\":\"" + address + "\"}");
        } else if (route.equals("GET /v1/registry")) {
            page(request, response);
        } else if (route.equals("POST /v1/messages")) {
            send(member(body, "to"), response);
        } else if (route.equals("GET /v1/messages")) {
            take(address, response);
        } else if (request.getRequestURI().startsWith("/v1/state/")) {
            state(request, body, response);
        } else {
            answer(response, 404, "{\"error\":\"not_found\"}");
        }
    }

    private void register(HttpServletResponse response) throws IOException {
        String address = "tab_" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        String token = "at_live_" + (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
        write("agent " + address + " " + token);
        answer(response, 201, "{\"agent_address\":\"" + address + "\",\"agent_token\":\"" + token + "\"}");
    }

    private void page(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int from = Optional.ofNullable(request.getParameter("cursor"))
                .map(cursor -> Integer.parseInt(cursor.substring("after ".length())))
                .orElse(0);
        int to = Math.min(from + PAGE, registry.size());
        String next = to == registry.size() ? "null" : "\"after " + to + "\"";
        answer(
                response,
                200,
                "{\"agents\":[\"" + String.join("\",\"", registry.subList(from, to)) + "\"],\"next_cursor\":" + next
                        + ",\"total\":" + registry.size() + "}");
    }

    private void send(String to, HttpServletResponse response) throws IOException {
        if (!queued.containsKey(to)) {
            answer(response, 404, "{\"error\":\"not_found\"}");
        } else if (refuseEverySend > 0 && sends.incrementAndGet() % refuseEverySend == 0) {
            answer(response, 507, "{\"error\":\"queue_full\"}");
        } else {
            write("message " + to);
            answer(response, 202, "{\"message_id\":\"" + UUID.randomUUID() + "\",\"to\":\"" + to + "\"}");
        }
    }

    private void take(String address, HttpServletResponse response) throws IOException {
        int before = queued.get(address).getAndUpdate(count -> Math.max(0, count - 1));
        String messages = before == 0 ? "" : "{\"message_id\":\"" + UUID.randomUUID() + "\"}";
        answer(response, 200, "{\"messages\":[" + messages + "],\"remaining\":" + Math.max(0, before - 1) + "}");
    }

    private void state(HttpServletRequest request, String body, HttpServletResponse response) throws IOException {
        if (request.getMethod().equals("PUT")) {
            state.put(request.getRequestURI(), member(body, "value"));
            answer(response, 200, "{\"key\":\"k\"}");
            return;
        }
        String value = state.get(request.getRequestURI());
        answer(response, value == null ? 404 : 200, "{\"value\":\"" + value + "\"}");
    }

    private synchronized void write(String line) throws IOException {
        Files.writeString(journal, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        replay(line);
    }

    private void replay(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("agent")) {
            registry.add(words[1]);
            queued.put(words[1], new AtomicInteger());
            addressByToken.put(words[2], words[1]);
        } else {
            queued.get(words[1]).incrementAndGet();
        }
    }

    private static String token(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        return header == null ? "" : header.substring("Bearer ".length());
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static void answer(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    }
}
