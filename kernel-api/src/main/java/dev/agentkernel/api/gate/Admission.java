package dev.agentkernel.api.gate;

import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.limits.RateCategory;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gate demands of requests to one handler.
 *
 * @param countedAs the budget; {@code null} for none
 * @param needsBody whether a request without a body is incomplete
 */
record Admission(CallerKind caller, @Nullable RateCategory countedAs, boolean needsBody) {

    /**
     * Reads a handler's demands.
     *
     * @throws IllegalStateException if it does not say whom it serves
     */
    static Admission of(Method handler) {
        Admits admits = handler.getAnnotation(Admits.class);
        if (admits == null) {
            throw new IllegalStateException(handler + " does not say by @Admits whom it serves, so it serves nobody");
        }
        List<RateCategory> categories = List.of(admits.countedAs());
        if (categories.size() > 1) {
            throw new IllegalStateException(handler + " counts against " + categories + "; at most one is possible");
        }
        boolean needsBody = List.of(handler.getParameterTypes()).contains(JsonBody.class);
        return new Admission(admits.value(), categories.isEmpty() ? null : categories.getFirst(), needsBody);
    }
}
