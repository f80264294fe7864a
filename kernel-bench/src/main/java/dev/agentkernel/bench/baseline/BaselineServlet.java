package dev.agentkernel.bench.baseline;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads every request to its end and repeats the recorded answer, whatever was asked.
 *
 * <p>A {@code PUT} of {@link #ANSWER_PATH} sets that answer; until then every request is answered 503.
 */
final class BaselineServlet extends HttpServlet {
    static final String ANSWER_PATH = "/baseline/answer";
    static final String STATUS_HEADER = "Answer-Status";
    static final String HEADER_HEADER = "Answer-Header";
    private static final long serialVersionUID = 1L;
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;

    private transient volatile RecordedAnswer answer = new RecordedAnswer(503, Map.of(), new byte[0]);

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().equals(ANSWER_PATH)) {
            record(request, response);
            return;
        }
        if (request.getContentLengthLong() != -1) {
            request.getInputStream().readAllBytes();
        }
        repeat(answer, response);
    }

    private void record(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(ANSWER_BYTES_MAX);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header : Collections.list(request.getHeaders(HEADER_HEADER))) {
            int colon = header.indexOf(':');
            headers.computeIfAbsent(header.substring(0, colon), name -> new ArrayList<>())
                    .add(header.substring(colon + 1));
        }
        answer = new RecordedAnswer(request.getIntHeader(STATUS_HEADER), headers, body);
        response.setStatus(204);
    }

    private static void repeat(RecordedAnswer answer, HttpServletResponse response) throws IOException {
        response.setStatus(answer.status());
        for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
            for (String value : header.getValue()) {
                response.addHeader(header.getKey(), value);
            }
        }
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }
}
