package dev.agentkernel.app.http;

import org.junit.jupiter.api.BeforeEach;

/** What every suite has: the kernels to ask. */
abstract class HttpSuite {

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
}
