package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing, reading and deleting in the shared state. */
abstract class StateSuite extends HttpSuite {

    private static final int VALUE_BYTES_MAX = 1 << 20;

    @Test
    void valueShouldBeReadByEverybodyWithItsWriterAndTime() {
        Agent writer = kernel().newAgent();
        Agent reader = kernel().newAgent();
        Instant before = Instant.now();
        Answer written = writer.put("routes/rotterdam", "{\"km\":842}").expect(200);
        assertThat(written.text("key")).isEqualTo("routes/rotterdam");
        assertThat(written.text("written_by")).isEqualTo(writer.address());
        assertThat(Instant.parse(written.text("written_at")))
                .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));
        Answer read = reader.read("routes/rotterdam").expect(200);
        assertThat(read.text("key")).isEqualTo("routes/rotterdam");
        assertThat(read.text("value")).isEqualTo("{\"km\":842}");
        assertThat(read.text("last_modified_by")).isEqualTo(writer.address());
        assertThat(read.text("last_modified_at")).isEqualTo(written.text("written_at"));
        assertThat(read.header("ETag")).isEqualTo(written.header("ETag"));
    }

    @Test
    void lastWriteShouldWinWhoeverWrites() {
        Agent one = kernel().newAgent();
        Agent other = kernel().newAgent();
        String first = one.put("contested", "1").expect(200).header("ETag").orElseThrow();
        String second = other.put("contested", "2").expect(200).header("ETag").orElseThrow();
        Answer read = one.read("contested").expect(200);
        assertThat(read.text("value")).isEqualTo("2");
        assertThat(read.text("last_modified_by")).isEqualTo(other.address());
        assertThat(second).isNotEqualTo(first);
        // The same value again is a new version.
        assertThat(one.put("contested", "2").expect(200).header("ETag")).get().isNotEqualTo(second);
    }

    @Test
    void deletedKeyShouldBeAbsentUntilItIsWrittenAgain() {
        Agent writer = kernel().newAgent();
        Agent other = kernel().newAgent();
        String tag = writer.put("short-lived", "x").expect(200).header("ETag").orElseThrow();
        Answer deleted = other.delete("short-lived").expect(200);
        assertThat(deleted.text("key")).isEqualTo("short-lived");
        assertThat(deleted.text("deleted_by")).isEqualTo(other.address());
        Instant.parse(deleted.text("deleted_at"));
        writer.read("short-lived").expectError(404, "not_found");
        writer.delete("short-lived").expectError(404, "not_found");
        assertThat(writer.put("short-lived", "x").expect(200).header("ETag"))
                .get()
                .isNotEqualTo(tag);
        writer.read("short-lived").expect(200);
    }

    @Test
    void absentKeyShouldNotBeFound() {
        Agent agent = kernel().newAgent();
        agent.read("never/written").expectError(404, "not_found");
        agent.delete("never/written").expectError(404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u0000",
                "\u0000\u0001\u001f\u007f\"\\/\n\r\t",
                "\u2028\uFEFF\uFFFD\uFFFF",
                "\uD83D\uDE00\uDBFF\uDFFF",
                "e\u0301 \u00e9"
            })
    void valueShouldComeOutByteForByte(String value) {
        Agent agent = kernel().newAgent();
        agent.put("opaque", value).expect(200);
        assertThat(agent.read("opaque").expect(200).text("value")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀"})
    void valueShouldBeLimitedByItsBytesExactly(String unit) {
        Agent agent = kernel().newAgent();
        int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
        String largest = unit.repeat(VALUE_BYTES_MAX / bytes) + "x".repeat(VALUE_BYTES_MAX % bytes);
        agent.put("large", largest).expect(200);
        assertThat(agent.read("large").expect(200).text("value")).isEqualTo(largest);
        assertThat(agent.put("large", largest + "x")
                        .expectError(413, "value_too_large")
                        .text("message"))
                .contains("1048577", "1048576");
        assertThat(agent.read("large").expect(200).text("value")).isEqualTo(largest);
        agent.delete("large").expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"value\":null}",
                "{\"value\":5}",
                "{\"value\":true}",
                "{\"value\":{}}",
                "{\"value\":[\"x\"]}",
                "{\"Value\":\"x\"}",
                "{\"value\":\"x\",\"value\":\"x\"}",
                "{\"value\":\"\\ud800x\"}",
                "\"x\""
            })
    void writeShouldBeRefusedWhenTheBodyIsNotAsTheContractSays(String body) {
        Agent agent = kernel().newAgent();
        agent.client()
                .header("Content-Type", "application/json")
                .request("PUT", "/v1/state/refused", body.getBytes(StandardCharsets.UTF_8))
                .expectError(400, "bad_request");
        agent.read("refused").expectError(404, "not_found");
    }

    @Test
    void concurrentWritesUnderAConditionShouldLoseNoIncrement() {
        Agent agent = kernel().newAgent();
        agent.put("counter", "0").expect(200);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writers.add(CompletableFuture.runAsync(() -> {
                for (int done = 0; done < 5; done++) {
                    increment(agent);
                }
            }));
        }
        writers.forEach(CompletableFuture::join);
        assertThat(agent.read("counter").expect(200).text("value")).isEqualTo("20");
    }

    private static void increment(Agent agent) {
        int status = 412;
        while (status == 412) {
            Answer read = agent.read("counter").expect(200);
            String next = Integer.toString(Integer.parseInt(read.text("value")) + 1);
            status = agent.client()
                    .header("If-Match", read.header("ETag").orElseThrow())
                    .put("/v1/state/counter", Map.of("value", next))
                    .status();
        }
        assertThat(status).isEqualTo(200);
    }
}
