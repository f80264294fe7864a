package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code If-Match} and {@code If-None-Match}, by tables; {@code $} stands for the current tag. */
abstract class StateConditionsSuite extends HttpSuite {

    private static final AtomicInteger KEYS = new AtomicInteger();

    private final String key = "conditions/" + KEYS.incrementAndGet();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                // If-Match      | If-None-Match      | present: GET, PUT, DELETE | absent: GET, PUT, DELETE
                "-               | -                  | 200 200 200 | 404 200 404",
                "*               | -                  | 200 200 200 | 404 412 404",
                "$               | -                  | 200 200 200 | 404 412 404",
                "\"0\", $        | -                  | 200 200 200 | 404 412 404",
                ",, $ ,          | -                  | 200 200 200 | 404 412 404",
                "\"1\"           | -                  | 412 412 412 | 404 412 404",
                "\"nonsense\"    | -                  | 412 412 412 | 404 412 404",
                "W/$             | -                  | 412 412 412 | 404 412 404",
                "-               | *                  | 304 412 412 | 404 200 404",
                "-               | $                  | 304 412 412 | 404 200 404",
                "-               | W/$                | 304 412 412 | 404 200 404",
                "-               | \"0\", W/\"x\", $  | 304 412 412 | 404 200 404",
                "-               | \"1\"              | 200 200 200 | 404 200 404",
                "$               | *                  | 304 412 412 | 404 412 404",
                "$               | \"1\"              | 200 200 200 | 404 412 404",
                "\"1\"           | $                  | 412 412 412 | 404 412 404",
                "*               | *                  | 304 412 412 | 404 412 404",
            })
    void conditionShouldDecideOnTheVersion(String match, String noneMatch, String present, String absent) {
        Agent agent = kernel().newAgent();
        String[] expected = (present + " " + absent).split(" ");
        String tag = agent.put(key, "before").expect(200).header("ETag").orElseThrow();
        ContractClient client = conditional(agent, match, noneMatch, tag);

        Answer read = client.get("/v1/state/" + key).expect(Integer.parseInt(expected[0]));
        if (read.status() == 304) {
            assertThat(read.header("ETag")).contains(tag);
            assertThat(read.body()).isEmpty();
        }
        Answer written = client.put("/v1/state/" + key, Map.of("value", "after"));
        requireStatus(written, expected[1]);
        assertThat(agent.read(key).expect(200).text("value")).isEqualTo(written.status() == 200 ? "after" : "before");
        String now = agent.read(key).expect(200).header("ETag").orElseThrow();
        requireStatus(conditional(agent, match, noneMatch, now).delete("/v1/state/" + key), expected[2]);
        assertThat(agent.read(key).status()).isEqualTo(expected[2].equals("200") ? 404 : 200);

        if (agent.read(key).status() == 200) {
            agent.delete(key).expect(200);
        }
        requireStatus(client.get("/v1/state/" + key), expected[3]);
        requireStatus(client.delete("/v1/state/" + key), expected[5]);
        requireStatus(client.put("/v1/state/" + key, Map.of("value", "new")), expected[4]);
        assertThat(agent.read(key).status()).isEqualTo(expected[4].equals("200") ? 200 : 404);
    }

    private static void requireStatus(Answer answer, String expected) {
        if (expected.equals("412")) {
            answer.expectError(412, "precondition_failed");
        } else {
            answer.expect(Integer.parseInt(expected));
        }
    }

    private static ContractClient conditional(Agent agent, String match, String noneMatch, String tag) {
        ContractClient client = agent.client();
        client = match.equals("-") ? client : client.header("If-Match", match.replace("$", tag));
        return noneMatch.equals("-") ? client : client.header("If-None-Match", noneMatch.replace("$", tag));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"42", "\"42", "42\"", "\"a\" \"b\"", "w/\"1\"", "W/", "*, \"1\"", ",", "\"a b\"", "\"a\";x"})
    void malformedConditionShouldBeRefused(String condition) {
        Agent agent = kernel().newAgent();
        agent.put(key, "x").expect(200);
        for (String field : new String[] {"If-Match", "If-None-Match"}) {
            ContractClient client = agent.client().header(field, condition);
            client.get("/v1/state/" + key).expectError(400, "bad_request");
            client.put("/v1/state/" + key, Map.of("value", "y")).expectError(400, "bad_request");
            client.delete("/v1/state/" + key).expectError(400, "bad_request");
        }
        assertThat(agent.read(key).expect(200).text("value")).isEqualTo("x");
    }

    @Test
    void tagOfADeletedVersionShouldNotComeBack() {
        Agent agent = kernel().newAgent();
        String tag = agent.put(key, "x").expect(200).header("ETag").orElseThrow();
        agent.delete(key).expect(200);
        agent.put(key, "x").expect(200);
        agent.client()
                .header("If-Match", tag)
                .put("/v1/state/" + key, Map.of("value", "y"))
                .expectError(412, "precondition_failed");
    }

    @Test
    void tagOfAnotherKeyShouldNotMatch() {
        Agent agent = kernel().newAgent();
        agent.put(key, "x").expect(200);
        String other = agent.put(key + "-other", "x").expect(200).header("ETag").orElseThrow();
        agent.client().header("If-Match", other).delete("/v1/state/" + key).expectError(412, "precondition_failed");
    }
}
