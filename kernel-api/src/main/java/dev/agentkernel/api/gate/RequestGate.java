package dev.agentkernel.api.gate;

import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimits;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a request through to its handler only when the caller is who the handler serves, has budget left, and declares what it
 * sends as JSON: checked in this order, after the route and before the body. A handler below {@code /v1} or
 * {@code /observe} that does not say whom it serves serves nobody.
 *
 * <p>An interceptor, and not a security filter chain, because it knows the handler, and for a third of the cost.
 */
public final class RequestGate implements HandlerInterceptor {

    private static final String CALLER = RequestGate.class.getName() + ".caller";

    private final Authenticator authenticator;
    private final RateLimits limits;
    private final ClientAddresses clients;
    private final Observers observers;
    private final ConcurrentHashMap<Method, Admission> admissions = new ConcurrentHashMap<>();

    public RequestGate(Authenticator authenticator, RateLimits limits, ClientAddresses clients, Observers observers) {
        this.authenticator = authenticator;
        this.limits = limits;
        this.clients = clients;
        this.observers = observers;
    }

    /** The caller that the gate found for this request; {@code null} if the handler serves anyone. */
    public static @Nullable Caller callerOf(HttpServletRequest request) {
        return (Caller) request.getAttribute(CALLER);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // A request that comes by again to finish an answer was let in before.
        if (handler instanceof HandlerMethod method
                && request.getDispatcherType() == DispatcherType.REQUEST
                && (isGuarded(request.getRequestURI()) || method.getMethod().isAnnotationPresent(Admits.class))) {
            admit(request, response, admissions.computeIfAbsent(method.getMethod(), Admission::of));
        }
        return true;
    }

    private static boolean isGuarded(String path) {
        return path.startsWith("/v1/") || path.startsWith("/observe/");
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, Admission admission) {
        Caller caller = authenticate(request, admission);
        if (caller != null) {
            request.setAttribute(CALLER, caller);
        }
        RateCategory category = admission.countedAs();
        if (category != null) {
            RateLimitHeaders.apply(limits.count(subjectOf(caller, request), category), response);
        }
        ContentTypes.check(request, admission.needsBody());
        JsonBody.requireAllowedLength(request);
    }

    private String subjectOf(@Nullable Caller caller, HttpServletRequest request) {
        return switch (caller) {
            case AgentCaller agent -> agent.address();
            case OperatorCaller operator -> operator.operatorId().toString();
            case null -> clients.subjectOf(request);
        };
    }

    private @Nullable Caller authenticate(HttpServletRequest request, Admission admission) {
        return switch (admission.caller()) {
            case ANYONE -> null;
            case OPERATOR -> authenticator.operator(BearerToken.of(request.getHeader("Authorization")));
            case AGENT -> authenticator.agent(BearerToken.of(request.getHeader("Authorization")));
            case OBSERVER -> {
                observers.requireAdmitted(request);
                yield null;
            }
        };
    }
}
