package dev.agentkernel.api.errors;

import dev.agentkernel.api.requests.RequestIds;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.NoHandlerFoundException;

/** Gives errors that a filter or the container raised the contract's form; asked for by its path, it is not there. */
@Controller
class ErrorPage implements ErrorController {

    @RequestMapping("${server.error.path:${error.path:/error}}")
    void show(HttpServletRequest request, HttpServletResponse response) throws IOException, NoHandlerFoundException {
        if (!(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status)) {
            throw new NoHandlerFoundException(request.getMethod(), request.getRequestURI(), HttpHeaders.EMPTY);
        }
        // What the server refused by itself has passed no valve.
        response.setHeader(RequestIds.FIELD, RequestIds.of(request));
        ErrorAnswer.ofStatus(status).send(response);
    }
}
