package dev.agentkernel.api.observe;

import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.sockets.SocketRules;
import dev.agentkernel.api.sockets.Sockets;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The socket of the dashboard: gauges once a second, and the events that it subscribes to. */
@Controller
class DashboardSocketController {

    private static final SocketRules RULES =
            SocketRules.named(DashboardFeed.SOCKETS).socketsMax(100);

    private final Observers observers;
    private final Sockets sockets;
    private final DashboardFeed feed;

    DashboardSocketController(Observers observers, Sockets sockets, DashboardFeed feed) {
        this.observers = observers;
        this.sockets = sockets;
        this.feed = feed;
    }

    @GetMapping("/ws/dashboard")
    void connect(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        observers.requireAdmitted(request);
        sockets.accept(RULES, request, response, feed::join);
    }
}
