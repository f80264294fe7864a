package dev.agentkernel.api.requests;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives handlers the {@link JsonBody} and the {@link QueryParameters} of their request. */
public final class RequestArguments implements HandlerMethodArgumentResolver {

    private final BytesInFlight inFlight;

    public RequestArguments(BytesInFlight inFlight) {
        this.inFlight = inFlight;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == JsonBody.class || parameter.getParameterType() == QueryParameters.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest webRequest,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = (HttpServletRequest) webRequest.getNativeRequest();
        return parameter.getParameterType() == JsonBody.class
                ? new JsonBody(request, inFlight)
                : new QueryParameters(request.getQueryString());
    }
}
