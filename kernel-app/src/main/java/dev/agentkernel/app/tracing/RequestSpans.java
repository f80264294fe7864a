package dev.agentkernel.app.tracing;

import dev.agentkernel.api.requests.RequestIds;
import io.micrometer.common.KeyValues;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * What the span of a request tells: method, path as the API's document has it, status, and the request's id. Not the path itself,
 * which Spring would add: it holds keys and addresses.
 */
final class RequestSpans extends DefaultServerRequestObservationConvention {

    @Override
    public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
        HttpServletRequest request = Objects.requireNonNull(context.getCarrier(), "the request that is observed");
        return KeyValues.of(RequestIds.CONTEXT, RequestIds.of(request));
    }
}
