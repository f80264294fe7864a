package dev.agentkernel.api.server;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.mvc.condition.PathPatternsRequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Routes as the contract says: below {@code /v1} and {@code /ws} a handler gets the methods that it names and no other. Spring by itself would run
 * a GET handler for HEAD (which would take messages and throw them away), answer OPTIONS, and treat what looks like a CORS
 * preflight in a way of its own.
 */
final class ContractRequestMapping extends RequestMappingHandlerMapping {

    private static final List<String> CONTRACT = List.of("/v1/", "/ws/");
    private static final String REST = "/**";

    @Override
    protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request) throws Exception {
        boolean contract = isContract(path);
        if (isSpeltOtherwise(request)) {
            throw notFound(request);
        }
        if (isNeverHandled(request, contract)) {
            throw refusal(request);
        }
        HandlerMethod handler = super.lookupHandlerMethod(path, request);
        if (contract && (lacksItsRest(path, request) || isOfALessSpecificPath(request))) {
            throw refusal(request);
        }
        return handler;
    }

    private static boolean isContract(String path) {
        return CONTRACT.stream().anyMatch(path::startsWith);
    }

    /** Spring by itself would name the methods of every pattern that matches. */
    @Override
    protected @Nullable HandlerMethod handleNoMatch(
            Set<RequestMappingInfo> mappings, String path, HttpServletRequest request) throws ServletException {
        if (isContract(path)) {
            throw refusal(request);
        }
        return super.handleNoMatch(mappings, path, request);
    }

    /** Whether a pattern that ends with any rest matched a path without the slash before the rest: that is another path. */
    private static boolean lacksItsRest(String path, HttpServletRequest request) {
        String pattern = (String) request.getAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern != null && pattern.endsWith(REST) && path.length() == pattern.length() - REST.length();
    }

    /** Whether a pattern was taken for its method although a more specific one matches the path: that one knows other methods. */
    private boolean isOfALessSpecificPath(HttpServletRequest request) {
        String pattern = (String) request.getAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern != null
                && pattern.indexOf('{') >= 0
                && getHandlerMethods().keySet().stream()
                        .anyMatch(mapping -> mapping.getDirectPaths().contains(request.getRequestURI()));
    }

    private static boolean isNeverHandled(HttpServletRequest request, boolean contract) {
        String method = request.getMethod();
        return contract ? method.equals("HEAD") || method.equals("OPTIONS") : CorsUtils.isPreFlightRequest(request);
    }

    /**
     * Whether a path leads to a route only by its escapes or parameters ({@code /v1;x/messages}, {@code /%761/messages}): rules that
     * go by the path, here and in programs on the way, would not see it.
     */
    private boolean isSpeltOtherwise(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (path.indexOf('%') < 0 && path.indexOf(';') < 0) {
            return false;
        }
        return routesOf(request).stream()
                .map(Route::pattern)
                .min(Comparator.naturalOrder())
                .filter(best -> !isSpeltAs(best.getPatternString(), path))
                .isPresent();
    }

    private static boolean isSpeltAs(String pattern, String path) {
        int variable = pattern.indexOf('{');
        int end = variable >= 0 ? variable : pattern.indexOf('*');
        return end >= 0 && path.startsWith(pattern.substring(0, end));
    }

    private List<Route> routesOf(HttpServletRequest request) {
        return getHandlerMethods().keySet().stream()
                .flatMap(mapping -> Route.of(mapping, request).stream())
                .toList();
    }

    private static ServletException notFound(HttpServletRequest request) {
        return new NoHandlerFoundException(request.getMethod(), request.getRequestURI(), HttpHeaders.EMPTY);
    }

    /** The most specific path that matches decides which methods there are. */
    private ServletException refusal(HttpServletRequest request) {
        List<Route> routes = routesOf(request);
        Optional<PathPattern> best = routes.stream().map(Route::pattern).min(Comparator.naturalOrder());
        if (best.isEmpty()) {
            return notFound(request);
        }
        Set<String> allowed = new TreeSet<>();
        routes.stream()
                .filter(route -> route.pattern().equals(best.get()))
                .forEach(route -> allowed.addAll(route.methods()));
        return new HttpRequestMethodNotSupportedException(request.getMethod(), allowed);
    }

    /** A mapping that matches a request by its path, with the methods it names. */
    private record Route(PathPattern pattern, List<String> methods) {

        static Optional<Route> of(RequestMappingInfo mapping, HttpServletRequest request) {
            PathPatternsRequestCondition paths =
                    Objects.requireNonNull(mapping.getPathPatternsCondition()).getMatchingCondition(request);
            if (paths == null) {
                return Optional.empty();
            }
            List<String> methods = mapping.getMethodsCondition().getMethods().stream()
                    .map(Enum::name)
                    .toList();
            return Optional.of(new Route(paths.getFirstPattern(), methods));
        }
    }
}
