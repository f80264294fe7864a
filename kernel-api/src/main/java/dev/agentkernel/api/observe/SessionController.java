package dev.agentkernel.api.observe;

import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.limits.RateCategory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Lets a browser bring the observation token once, and gives it a cookie that no script can read. */
@Controller
class SessionController {

    private final Observers observers;

    SessionController(Observers observers) {
        this.observers = observers;
    }

    @PostMapping("/observe/session")
    @Admits(value = CallerKind.ANYONE, countedAs = RateCategory.OBSERVATION)
    void begin(JsonBody body, HttpServletRequest request, HttpServletResponse response) {
        Observers.requireSameOrigin(request);
        String token = body.read(SessionController::token);
        if (!observers.isToken(token)) {
            throw new RefusedException(ErrorCode.UNAUTHORIZED, "This is not the observation token.");
        }
        observers.sessions().begin(request, response);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static String token(JsonFields fields) {
        String token = null;
        while (fields.next()) {
            if (fields.name().equals("token")) {
                token = fields.text();
            }
        }
        return fields.required("token", token);
    }

    @DeleteMapping("/observe/session")
    @Admits(value = CallerKind.ANYONE, countedAs = RateCategory.OBSERVATION)
    void end(HttpServletRequest request, HttpServletResponse response) {
        Observers.requireSameOrigin(request);
        observers.sessions().end(request, response);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
