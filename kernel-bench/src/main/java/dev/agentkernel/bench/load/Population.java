package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The agents that the benchmark registered, through the public API, under one operator of its own. Not thread-safe. */
public final class Population {
    /** How many agents of a population send; to them nobody sends, so their queues stay empty. */
    public static final int SENDERS = 64;

    private static final int REGISTRATIONS_AT_ONCE = 16;
    private static final int PROGRESS_STEP = 1_000;

    private final ApiClient api;
    private final String operatorKey;
    private final List<Agent> agents = new ArrayList<>();

    /** Registers the operator. */
    public Population(ApiClient api) {
        this.api = api;
        String body = api.expect(
                Request.post("/v1/operators", "", "{\"contact_hash\":\"kernel-bench\",\"accept_terms\":true}"), 201);
        this.operatorKey = required(body, "api_key");
    }

    /** Returns how many agents there are. */
    public int size() {
        return agents.size();
    }

    /** Returns the agents that send and that nobody sends to. */
    public List<Agent> senders() {
        return agents.subList(0, Math.min(SENDERS, agents.size() / 2));
    }

    /** Returns the agents that are sent to. */
    public List<Agent> recipients() {
        return agents.subList(senders().size(), agents.size());
    }

    /** Returns at most so many agents, spread evenly over the time of their registration. */
    public List<Agent> spread(int agentsMax) {
        int count = Math.min(agentsMax, agents.size());
        return IntStream.range(0, count)
                .mapToObj(i -> agents.get((int) ((long) i * agents.size() / count)))
                .toList();
    }

    /** Registers agents until there are so many, telling the progress every thousand. */
    public void growTo(int size, IntConsumer progress) {
        try (ExecutorService registrations = Executors.newFixedThreadPool(REGISTRATIONS_AT_ONCE)) {
            while (agents.size() < size) {
                int count = Math.min(PROGRESS_STEP, size - agents.size());
                Callable<Agent> registration = this::register;
                List<Callable<Agent>> step = Collections.nCopies(count, registration);
                for (Future<Agent> agent : registrations.invokeAll(step)) {
                    agents.add(agent.get());
                }
                progress.accept(agents.size());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted at " + agents.size() + " of " + size + " agents", interrupted);
        } catch (ExecutionException failure) {
            throw new BenchmarkFailure(
                    "registering agents failed at " + agents.size() + " of " + size + ": " + failure.getMessage(),
                    failure);
        }
    }

    private Agent register() {
        String challenge = api.expect(Request.get("/v1/agents/verification-challenge", operatorKey), 200);
        // The gate "stub" takes any response; another gate refuses this one with a sentence that the failure shows.
        String body = "{\"verification_response\":{\"challenge_id\":\"" + required(challenge, "challenge_id")
                + "\",\"response\":\"kernel-bench\"}}";
        String agent = api.expect(Request.post("/v1/agents", operatorKey, body), 201);
        return new Agent(required(agent, "agent_address"), required(agent, "agent_token"));
    }

    private static String required(String json, String member) {
        String value = JsonText.text(json, member);
        if (value.isEmpty()) {
            throw new BenchmarkFailure("the answer has no text member \"" + member + "\": " + json);
        }
        return value;
    }
}
