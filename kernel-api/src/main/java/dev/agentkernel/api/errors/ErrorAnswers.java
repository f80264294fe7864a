package dev.agentkernel.api.errors;

import dev.agentkernel.api.requests.RequestIds;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.storage.StorageException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * The one place where what goes wrong becomes an answer. A refusal says why; what nobody expected says nothing but the id under
 * which the log has it.
 */
public final class ErrorAnswers implements HandlerExceptionResolver {

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

    @Override
    public ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception fault) {
        if (fault instanceof IOException) {
            log.debug("A client is gone", fault);
        } else {
            answer(request, response, fault);
        }
        return new ModelAndView();
    }

    private static void answer(HttpServletRequest request, HttpServletResponse response, Exception fault) {
        ErrorAnswer answer = answerTo(request, fault);
        if (response.isCommitted()) {
            // The client sees from the length that the answer broke off.
            return;
        }
        if (fault instanceof HttpRequestMethodNotSupportedException method) {
            response.setHeader("Allow", allowed(method));
        }
        try {
            answer.send(response);
            // Committed, so that nobody adds to the header of an error.
            response.flushBuffer();
        } catch (IOException gone) {
            log.debug("A client is gone", gone);
        }
    }

    private static ErrorAnswer answerTo(HttpServletRequest request, Exception fault) {
        return switch (fault) {
            case RefusedException refusal -> ErrorAnswer.of(refusal);
            case StorageException away -> unavailable(request, away);
            case NoHandlerFoundException none -> notFound(request);
            case NoResourceFoundException none -> notFound(request);
            case HttpRequestMethodNotSupportedException method -> methodNotAllowed(method);
            case ErrorResponse known ->
                known(request, fault, known.getStatusCode().value());
            default -> unexpected(request, fault);
        };
    }

    private static ErrorAnswer methodNotAllowed(HttpRequestMethodNotSupportedException method) {
        return ErrorAnswer.of(
                ErrorCode.METHOD_NOT_ALLOWED,
                "This path does not know the method " + shown(method.getMethod()) + "; it knows " + allowed(method)
                        + ".");
    }

    private static String allowed(HttpRequestMethodNotSupportedException method) {
        String[] methods = method.getSupportedMethods();
        return methods == null ? "" : Stream.of(methods).sorted().collect(Collectors.joining(", "));
    }

    private static ErrorAnswer unavailable(HttpServletRequest request, StorageException away) {
        if (away.remedy() == StorageException.Remedy.NONE) {
            return unexpected(request, away);
        }
        log.debug("The storage is away", away);
        return ErrorAnswer.of(GroupCommit.refusalOf(away));
    }

    private static ErrorAnswer known(HttpServletRequest request, Exception fault, int status) {
        return status < 500 ? ErrorAnswer.ofStatus(status) : unexpected(request, fault);
    }

    private static ErrorAnswer notFound(HttpServletRequest request) {
        return ErrorAnswer.of(ErrorCode.NOT_FOUND, "There is nothing at " + shown(request.getRequestURI()) + ".");
    }

    private static ErrorAnswer unexpected(HttpServletRequest request, Exception fault) {
        String requestId = RequestIds.of(request);
        log.error("Request {} failed: {} {}", requestId, request.getMethod(), request.getRequestURI(), fault);
        return ErrorAnswer.of(ErrorCode.INTERNAL_ERROR, ErrorAnswer.FAILED)
                .withDetail("The log has this request under " + requestId + ".");
    }

    /** What the client sent, shortened. */
    private static String shown(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
