package dev.agentkernel.bench.process;

/** Ends the benchmark with a sentence for the person who runs it: what failed, the value seen, what to do. */
public final class BenchmarkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates a failure whose message is shown as it is. */
    public BenchmarkFailure(String message) {
        super(message);
    }

    /** Creates a failure with the cause that made it. */
    public BenchmarkFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
