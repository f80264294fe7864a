package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.agentkernel.app.contract.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The id by which a request is found again. */
abstract class RequestIdSuite extends HttpSuite {

    private static final String FIELD = "X-Request-Id";
    private static final String MINTED = "[0-9a-f]{32}";

    private String idOf(Answer answer) {
        assertThat(answer.headers().all(FIELD)).hasSize(1);
        return answer.header(FIELD).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "edge-7/2026:11@host=+._", "0af7651916cd43dd8448eb211c80319c"})
    void harmlessIdOfAClientShouldBeTaken(String id) {
        assertThat(idOf(kernel().anyone().header(FIELD, id).get("/v1/health").expect(200)))
                .isEqualTo(id);
        assertThat(idOf(kernel().anyone().header(FIELD, id).get("/v1/registry").expectError(401, "unauthorized")))
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "quote\"", "<b>", "a\tb", "semi;colon", "comma,", "\u00e4"})
    void idThatCouldDoHarmShouldBeReplaced(String id) {
        Answer answer = kernel().anyone()
                .raw("GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + FIELD + ": " + id + "\r\n\r\n");
        assertThat(idOf(answer.expect(200))).matches(MINTED);
    }

    @Test
    void lengthOfAnIdShouldBeBounded() {
        String longest = "x".repeat(128);
        assertThat(idOf(kernel().anyone().header(FIELD, longest).get("/v1/health")))
                .isEqualTo(longest);
        assertThat(idOf(kernel().anyone().header(FIELD, longest + "x").get("/v1/health")))
                .matches(MINTED);
    }

    @Test
    void everyAnswerShouldHaveAnIdOfItsOwn() {
        Agent agent = kernel().newAgent();
        List<Answer> answers = List.of(
                kernel().anyone().get("/v1/health"),
                kernel().anyone().get("/nothing/here").expect(404),
                kernel().anyone().request("PATCH", "/v1/messages", null).expect(405),
                agent.client().get("/v1/messages"),
                agent.client().post("/v1/messages", Map.of("to", "nobody")).expect(400),
                agent.client().delete("/v1/agents/me/blocks/" + agent.address()).expect(204),
                kernel().anyone().get("/admin/removals").expect(401),
                kernel().anyone()
                        .rawOrMalformed("GET /v1/health HTTP/9.9\r\nHost: x\r\n\r\n")
                        .expect(400));
        assertThat(answers.stream().map(this::idOf)).doesNotHaveDuplicates().allMatch(id -> id.matches(MINTED));
    }

    @Test
    void whatARequestLogsShouldHaveItsId() {
        Agent agent = kernel().newAgent();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.agentkernel");
        logger.addAppender(said);
        try {
            kernel().faults()
                    .during(
                            new IllegalStateException("broken for the test"),
                            () -> assertThat(idOf(agent.client()
                                            .header(FIELD, "find-me")
                                            .get("/v1/state/x")))
                                    .isEqualTo("find-me"));
        } finally {
            logger.detachAppender(said);
        }
        assertThat(said.list).anySatisfy(event -> {
            assertThat(event.getMDCPropertyMap()).containsEntry("request_id", "find-me");
            assertThat(event.getFormattedMessage()).contains("find-me");
        });
    }
}
