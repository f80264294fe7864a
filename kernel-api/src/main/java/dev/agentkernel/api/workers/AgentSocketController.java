package dev.agentkernel.api.workers;

import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.api.sockets.SocketRules;
import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.workers.Workers;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Lets workers of agents connect. */
@Controller
class AgentSocketController {

    /** Frames may be as large as bodies; what may wait for a client is a round of messages, however its content is escaped. */
    private static final SocketRules RULES =
            SocketRules.named("agent").messageBytesMax(JsonBody.BYTES_MAX).outgoingBytesMax(8 << 20);

    private final Kernel kernel;
    private final Workers workers;
    private final Sockets sockets;

    AgentSocketController(Kernel kernel, Workers workers, Sockets sockets) {
        this.kernel = kernel;
        this.workers = workers;
        this.sockets = sockets;
    }

    @GetMapping("/ws/agent")
    @Admits(CallerKind.AGENT)
    void connect(AgentCaller caller, QueryParameters query, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String workerId = query.text("worker_id").orElse(LeaseHolder.DEFAULT_WORKER);
        LeaseHolder.requireWorkerId(workerId);
        String authorization = request.getHeader("Authorization");
        sockets.accept(
                RULES,
                request,
                response,
                socket -> new AgentSocket(socket, kernel, workers, caller, workerId, authorization));
    }
}
