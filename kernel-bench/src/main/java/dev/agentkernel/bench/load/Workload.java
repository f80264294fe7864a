package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.EncodedRequests;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.client.RequestSource;
import java.util.List;

/**
 * What an operation sends.
 *
 * @param sample one request, whose answer by the kernel the bare server repeats
 * @param requests all requests
 */
record Workload(Request sample, RequestSource requests) {
    static Workload cycling(List<Request> requests) {
        return new Workload(requests.get(0), new EncodedRequests(requests));
    }
}
