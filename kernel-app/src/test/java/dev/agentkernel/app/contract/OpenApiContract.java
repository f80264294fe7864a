package dev.agentkernel.app.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The OpenAPI document as an assertion: every answer must be one that the document describes, to the last field. Remembers
 * which answers it has seen. Safe for use by many threads.
 */
public final class OpenApiContract {

    private static final String OUTSIDE = "outside";
    private static final int BAD_REQUEST = 400;

    private final List<Operation> operations;
    private final SortedMap<Integer, String> outside;
    private final ResponseRules responses;
    private final RequestRules requests;
    private final ContractCoverage coverage;

    private OpenApiContract(OpenApiTree tree) {
        this.operations = tree.operations();
        this.outside = tree.responses("/x-outside-operations");
        this.responses = new ResponseRules(tree);
        this.requests = new RequestRules(tree);
        this.coverage = new ContractCoverage(Stream.concat(
                        operations.stream().flatMap(operation -> documented(operation.id(), operation.responses())),
                        documented(OUTSIDE, outside))
                .toList());
    }

    /** Reads the document that the service itself serves. */
    public static OpenApiContract load() {
        return new OpenApiContract(OpenApiTree.load());
    }

    /**
     * Passes only if the answer is one that the document describes for the request. A path or method that the document does
     * not know must be answered as such.
     *
     * @throws ContractViolation with every difference
     */
    public void verify(Exchange exchange) {
        Optional<Operation> operation = find(exchange.method(), exchange.path());
        if (operation.isEmpty()) {
            verifyOutside(exchange);
            return;
        }
        Operation found = operation.get();
        List<String> problems = new ArrayList<>(responses.problems(exchange, found.id(), found.responses()));
        problems.addAll(responses.rateLimitProblems(exchange, found));
        problems.addAll(requests.problems(exchange, found));
        settle(exchange, found.id(), problems);
    }

    /**
     * Passes only if a request that is not well-formed HTTP was answered as such.
     *
     * @throws ContractViolation with every difference
     */
    public void verifyMalformed(Exchange exchange) {
        List<String> problems = new ArrayList<>(responses.problems(exchange, OUTSIDE, outside));
        if (exchange.status() != BAD_REQUEST) {
            problems.add("a malformed request must be answered with 400");
        }
        settle(exchange, OUTSIDE, problems);
    }

    /** Every operation of the document. */
    public List<Route> routes() {
        return operations.stream()
                .map(each -> new Route(each.method(), each.path().template(), each.schemes()))
                .toList();
    }

    /** What was seen so far. */
    public ContractCoverage coverage() {
        return coverage;
    }

    /** The id of the operation that answers a request, if the document has one; the most literal path wins. */
    Optional<String> operationId(String method, String path) {
        return find(method, path).map(Operation::id);
    }

    private void verifyOutside(Exchange exchange) {
        boolean knownPath = operations.stream().anyMatch(each -> each.path().matches(exchange.path()));
        List<String> problems = new ArrayList<>(responses.problems(exchange, OUTSIDE, outside));
        if (knownPath && exchange.status() == 404) {
            problems.add("the path is documented, so a method that it does not know must be 405");
        }
        if (!knownPath && exchange.status() == 405) {
            problems.add("the path is not documented, so every method of it must be 404");
        }
        settle(exchange, OUTSIDE, problems);
    }

    private void settle(Exchange exchange, String operation, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new ContractViolation(exchange, problems);
        }
        coverage.saw(operation, exchange.status());
    }

    /** The most literal path decides, whatever methods the others know; but a rest of a path holds whatever it holds. */
    private Optional<Operation> find(String method, String path) {
        Optional<PathTemplate> best = operations.stream()
                .map(Operation::path)
                .filter(template -> template.matches(path))
                .findFirst();
        return operations.stream()
                .filter(operation -> operation.method().equals(method))
                .filter(operation -> operation.path().matches(path))
                .filter(operation -> operation.path().endsWithRestOfPath()
                        || best.filter(operation.path()::equals).isPresent())
                .findFirst();
    }

    private static Stream<ContractCoverage.Documented> documented(
            String operation, SortedMap<Integer, String> responses) {
        return responses.keySet().stream().map(status -> new ContractCoverage.Documented(operation, status));
    }
}
