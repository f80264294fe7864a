package dev.agentkernel.api.answers;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Writes the {@link Answer} that a handler returns, without message converters and content negotiation: there is JSON alone. */
public final class AnswerReturnValues implements HandlerMethodReturnValueHandler {

    @Override
    public boolean supportsReturnType(MethodParameter returnType) {
        return returnType.getParameterType() == Answer.class;
    }

    @Override
    public void handleReturnValue(
            @Nullable Object value,
            MethodParameter returnType,
            ModelAndViewContainer container,
            NativeWebRequest request)
            throws IOException {
        if (!(value instanceof Answer answer)
                || !(request.getNativeResponse() instanceof HttpServletResponse response)) {
            throw new IllegalStateException(returnType.getMethod() + " answered with nothing, or not over HTTP");
        }
        container.setRequestHandled(true);
        AnswerWriter.write(response, answer);
    }
}
