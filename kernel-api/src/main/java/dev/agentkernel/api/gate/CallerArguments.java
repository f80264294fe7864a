package dev.agentkernel.api.gate;

import dev.agentkernel.core.auth.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives handlers the verified caller. */
public final class CallerArguments implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return Caller.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Caller caller = RequestGate.callerOf((HttpServletRequest) request.getNativeRequest());
        if (!parameter.getParameterType().isInstance(caller)) {
            throw new IllegalStateException(
                    parameter.getMethod() + " wants a caller of a kind that it does not admit by @Admits");
        }
        return caller;
    }
}
