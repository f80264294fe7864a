package dev.agentkernel.app.http;

import dev.agentkernel.app.contract.ContractCoverage;
import dev.agentkernel.app.contract.OpenApiContract;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The running kernels of one kind of storage; an extension that hands itself to the suites. For one thread. */
final class Kernels implements ParameterResolver, AutoCloseable {

    private final StorageProfile storage;
    private final OpenApiContract contract = OpenApiContract.load();
    private final Map<KernelSetup, RunningKernel> running = new EnumMap<>(KernelSetup.class);
    private final Map<KernelSetup, ShiftedClock> clocks = new EnumMap<>(KernelSetup.class);

    Kernels(StorageProfile storage) {
        this.storage = storage;
    }

    /** The kernel of a setup, which is started if it is not running. */
    RunningKernel get(KernelSetup setup) {
        return running.computeIfAbsent(setup, this::start);
    }

    private RunningKernel start(KernelSetup setup) {
        // Time goes on while a kernel is stopped.
        ShiftedClock clock = clocks.computeIfAbsent(setup, any -> new ShiftedClock());
        return RunningKernel.start(setup, storage.argumentsFor(storeOf(setup)), clock, contract);
    }

    private static String storeOf(KernelSetup setup) {
        return setup.name().toLowerCase(Locale.ROOT);
    }

    /** Brings all idempotency keys that a kernel knows nearer to their end. */
    void letIdempotencyKeysAge(KernelSetup setup, Duration by) {
        storage.letIdempotencyKeysAge(get(setup), storeOf(setup), by);
    }

    /** Stops a kernel and starts it again over the same store, at other ports. */
    RunningKernel restart(KernelSetup setup) {
        RunningKernel before = running.remove(setup);
        if (before != null) {
            before.close();
        }
        return get(setup);
    }

    /** Which documented answers all suites together have seen. */
    ContractCoverage coverage() {
        return contract.coverage();
    }

    @Override
    public void close() {
        running.values().forEach(RunningKernel::close);
        running.clear();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Kernels.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return this;
    }
}
