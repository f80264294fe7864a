package dev.agentkernel.api.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Lets pages of any site read what is observed, with a token or without, but never with a cookie (WHATWG Fetch, CORS protocol):
 * a browser hands an answer with {@code *} to nobody who sent credentials of its own accord.
 *
 * <p>What is observed it tells by the path as it was sent, as the routes do. The server matches its own patterns against a path that
 * it has resolved: {@code /v1/state/..;/..;/observe/x} would be one of them.
 */
final class CrossOriginFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String OBSERVED = "/observe/";
    private static final String DAY_SECONDS = "86400";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!request.getRequestURI()
                .startsWith(OBSERVED, request.getContextPath().length())) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", "*");
        if (request.getMethod().equals("OPTIONS")) {
            response.setHeader("Access-Control-Allow-Methods", "GET");
            response.setHeader("Access-Control-Allow-Headers", "Authorization, Last-Event-ID, X-Request-Id");
            response.setHeader("Access-Control-Max-Age", DAY_SECONDS);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        response.setHeader(
                "Access-Control-Expose-Headers",
                "X-Next-Cursor, X-Has-More, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit,"
                        + " RateLimit-Policy, Retry-After, X-Request-Id");
        chain.doFilter(request, response);
    }
}
