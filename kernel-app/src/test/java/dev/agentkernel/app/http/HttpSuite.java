package dev.agentkernel.app.http;

import dev.agentkernel.app.contract.Answer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;

/** What every suite has: the kernels to ask. */
abstract class HttpSuite {

    /** More than any budget of {@link #narrowKernel} lets through while it is asked. */
    private static final int ASKED_MAX = 1_000;

    private Kernels kernels;

    @BeforeEach
    final void use(Kernels given) {
        this.kernels = given;
    }

    final Kernels kernels() {
        return kernels;
    }

    /** The kernel with the budgets out of the way. */
    final RunningKernel kernel() {
        return kernels.get(KernelSetup.OPEN);
    }

    /** The kernel with little room. */
    final RunningKernel narrowKernel() {
        return kernels.get(KernelSetup.NARROW);
    }

    /**
     * Asks until a budget refuses, which it must at some time. After a refusal the next request may be let through, because the
     * budget grows all the time: by how much between two requests is up to the machine.
     */
    static Answer requireLimited(Supplier<Answer> request) {
        Answer answer = request.get();
        for (int i = 0; i < ASKED_MAX && answer.status() != 429; i++) {
            answer = request.get();
        }
        return answer.expectError(429, "rate_limited");
    }
}
