package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One kind of request that is measured, and how the kernel is made ready for it. */
public enum Operation {
    /** {@code GET /v1/agents/me} by many agents: authentication, the rate limit and little else. */
    AGENTS_ME("agents-me", 200) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            return Workload.cycling(population.spread(DISTINCT_REQUESTS).stream()
                    .map(agent -> Request.get(ME, agent.token()))
                    .toList());
        }
    },
    /** The same with tokens that nobody holds: must not cost more than one look-up, however many agents there are. */
    UNKNOWN_TOKEN("unknown-token", 401) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            return new Workload(Request.get(ME, UnknownTokens.sample()), new UnknownTokens(ME));
        }
    },
    /** {@code GET /v1/messages} of agents whose queue is empty. */
    EMPTY_POLL("empty-poll", 200) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            return Workload.cycling(population.senders().stream()
                    .map(agent -> Request.get("/v1/messages", agent.token()))
                    .toList());
        }
    },
    /** {@code GET /v1/state/{key}} of a value of 100 bytes. */
    STATE_READ("state-read", 200) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            List<Agent> readers = population.senders();
            String writer = readers.get(0).token();
            IntStream.range(0, READ_KEYS)
                    .mapToObj(i -> Request.put("/v1/state/bench-read/" + i, writer, VALUE))
                    .forEach(request -> api.expect(request, 200));
            return Workload.cycling(IntStream.range(0, DISTINCT_REQUESTS)
                    .mapToObj(i -> Request.get("/v1/state/bench-read/" + i % READ_KEYS, token(readers, i)))
                    .toList());
        }
    },
    /** {@code PUT /v1/state/{key}} of a value of 100 bytes: durable before it is answered. */
    STATE_WRITE("state-write", 200) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            List<Agent> writers = population.senders();
            return Workload.cycling(IntStream.range(0, DISTINCT_REQUESTS)
                    .mapToObj(i -> Request.put("/v1/state/bench/" + i, token(writers, i), VALUE))
                    .toList());
        }
    },
    /** {@code POST /v1/messages} of 100 bytes from many agents to many others: durable before it is answered. */
    SEND("send", 202) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            List<Agent> senders = population.senders();
            List<Agent> recipients = population.recipients();
            return Workload.cycling(IntStream.range(0, DISTINCT_REQUESTS)
                    .mapToObj(i -> Request.message(
                            token(senders, i),
                            recipients.get(i % recipients.size()).address(),
                            HUNDRED_BYTES))
                    .toList());
        }
    },
    /** {@code GET /v1/registry?limit=100} at pages spread over the whole registry. */
    REGISTRY_PAGE("registry-page", 200) {
        @Override
        Workload prepare(Population population, ApiClient api) {
            List<Agent> readers = population.senders();
            List<String> pages = pages(readers.get(0), api);
            return Workload.cycling(IntStream.range(0, DISTINCT_REQUESTS)
                    .mapToObj(i -> Request.get(pages.get(i % pages.size()), token(readers, i)))
                    .toList());
        }

        private List<String> pages(Agent reader, ApiClient api) {
            List<String> pages = new ArrayList<>();
            String cursor = "";
            do {
                String after = cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
                String page = "/v1/registry?limit=100" + after;
                pages.add(page);
                cursor = JsonText.text(api.expect(Request.get(page, reader.token()), 200), "next_cursor");
            } while (!cursor.isEmpty());
            return pages;
        }
    };

    /** The operations whose cost could grow with the number of agents. */
    public static final List<Operation> WITH_MANY_AGENTS = List.of(AGENTS_ME, UNKNOWN_TOKEN, REGISTRY_PAGE);

    private static final int DISTINCT_REQUESTS = 4_096;
    private static final int READ_KEYS = 1_000;
    private static final String ME = "/v1/agents/me";
    private static final String HUNDRED_BYTES = "0123456789".repeat(10);
    private static final String VALUE = "{\"value\":\"" + HUNDRED_BYTES + "\"}";

    private final String label;
    private final int expectedStatus;

    Operation(String label, int expectedStatus) {
        this.label = label;
        this.expectedStatus = expectedStatus;
    }

    /** Returns the name on the command line and in the reports. */
    public String label() {
        return label;
    }

    /** Returns the only status that is right. */
    public int expectedStatus() {
        return expectedStatus;
    }

    /** Returns the operation of this label. */
    public static Operation of(String label) {
        return Arrays.stream(values())
                .filter(operation -> operation.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new BenchmarkFailure("there is no operation \"" + label + "\"; there are "
                        + Arrays.stream(values()).map(Operation::label).collect(Collectors.joining(", "))));
    }

    /** Makes the kernel ready and returns what to send. */
    abstract Workload prepare(Population population, ApiClient api);

    private static String token(List<Agent> agents, int index) {
        return agents.get(index % agents.size()).token();
    }
}
