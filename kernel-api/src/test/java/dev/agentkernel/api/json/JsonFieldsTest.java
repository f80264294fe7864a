package dev.agentkernel.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {

    /** What the tests read: a required text, an optional truth, an optional object. */
    private record Sample(
            ByteString text,
            @Nullable Boolean truth,
            @Nullable String inner) {

        static Sample read(JsonFields fields) {
            ByteString text = null;
            Boolean truth = null;
            String inner = null;
            while (fields.next()) {
                switch (fields.name()) {
                    case "text" -> text = fields.utf8();
                    case "truth" -> truth = fields.truth();
                    case "object" -> inner = fields.object(Sample::inner);
                    default -> {}
                }
            }
            return new Sample(fields.required("text", text), truth, inner);
        }

        private static String inner(JsonFields fields) {
            String found = null;
            while (fields.next()) {
                if (fields.name().equals("inner")) {
                    found = fields.text();
                }
            }
            return fields.required("inner", found);
        }
    }

    private static Sample parse(byte[] bytes) {
        return JsonFields.parse(bytes, bytes.length, Sample::read);
    }

    private static Sample parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(byte[] bytes, String part) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> parse(bytes))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .satisfies(refusal -> assertThat(refusal.sentence())
                        .contains(part)
                        .doesNotContainIgnoringCase("jackson")
                        .doesNotContain("Stream")
                        .doesNotContain("Source"));
    }

    private static void assertRefused(String json, String part) {
        assertRefused(json.getBytes(StandardCharsets.UTF_8), part);
    }

    @Test
    void fieldsComeInAnyOrderAndUnknownOnesAreIgnored() {
        Sample sample = parse(
                " {\"new\":[1,{\"a\":null}],\"object\":{\"x\":1e5,\"inner\":\"i\",\"y\":[]},\"truth\":false,\"text\":\"t\",\"end\":{}} \n");

        assertThat(sample.text().toUtf8()).isEqualTo("t");
        assertThat(sample.truth()).isFalse();
        assertThat(sample.inner()).isEqualTo("i");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud83d\\ude00", "😀", "é", "\\u00e9", "\\n\\t\\\"\\\\\\/", "\u007f", "\u2028"})
    void textsComeOutAsTheyWereMeant(String escaped) {
        String expected = escaped.replace("\\u0000", "\0")
                .replace("\\ud83d\\ude00", "😀")
                .replace("\\u00e9", "é")
                .replace("\\n\\t\\\"\\\\\\/", "\n\t\"\\/");

        assertThat(parse("{\"text\":\"" + escaped + "\"}").text().toUtf8()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|'text' is missing",
                "{\"text\":1}|'text' must be a string, not a number",
                "{\"text\":null}|'text' must be a string, not null",
                "{\"text\":true}|'text' must be a string, not true or false",
                "{\"text\":[\"t\"]}|'text' must be a string, not an array",
                "{\"text\":{\"a\":1}}|'text' must be a string, not an object",
                "{\"text\":\"t\",\"truth\":\"true\"}|'truth' must be true or false, not a string",
                "{\"text\":\"t\",\"truth\":1}|'truth' must be true or false, not a number",
                "{\"text\":\"t\",\"object\":\"o\"}|'object' must be an object, not a string",
                "{\"text\":\"t\",\"object\":{}}|'object.inner' is missing",
                "{\"text\":\"t\",\"object\":{\"inner\":2}}|'object.inner' must be a string, not a number",
                "{\"text\":\"\\ud800\"}|'text' holds half of a surrogate pair",
                "{\"text\":\"a\\udc00b\"}|'text' holds half of a surrogate pair",
                "{\"text\":\"\\ude00\\ud83d\"}|'text' holds half of a surrogate pair",
                "[]|must be a JSON object, not an array",
                "\"text\"|must be a JSON object, not a string",
                "1|must be a JSON object, not a number",
                "null|must be a JSON object, not null",
                "`   `|must be a JSON object, not nothing",
                "{\"text\":\"a\",\"text\":\"b\"}|same name twice",
                "{\"text\":\"a\",\"x\":{\"y\":1,\"y\":2}}|same name twice",
                "{\"text\":\"a\",\"\\u0074ext\":\"b\"}|same name twice",
                "{\"text\":\"a\"} x|not valid JSON",
                "{\"text\":\"a\"}{}|goes on after",
                "{\"text\":\"a\"},|not valid JSON",
                "{\"text\":\"a\",}|not valid JSON",
                "{\"text\":\"a\"|not valid JSON",
                "{\"text\":\"a|not valid JSON",
                "{text:\"a\"}|not valid JSON",
                "{'text':'a'}|not valid JSON",
                "{\"text\":\"a\" /* c */}|not valid JSON",
                "{\"text\":\"\\x\"}|not valid JSON",
                "{\"text\":\"\\u12g4\"}|not valid JSON",
                "{\"text\":\"a\",\"n\":01}|not valid JSON",
                "{\"text\":\"a\",\"n\":NaN}|not valid JSON",
                "{\"text\":\"a\",\"n\":+1}|not valid JSON",
                "{\"text\":\"a\",\"n\":tru}|not valid JSON",
            })
    void whateverIsWrongIsNamed(String json, String part) {
        assertRefused(json, part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0001", "\n", "\t", "\u001f"})
    void controlCharactersMustBeEscaped(String control) {
        assertRefused("{\"text\":\"" + control + "\"}", "not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "eda080", "ff", "e282", "f4908080", "c3"})
    void bytesThatAreNotUtf8AreRefusedWhereverTheyStand(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        for (String json :
                new String[] {"{\"text\":\"@\"}", "{\"@\":1,\"text\":\"t\"}", "{\"text\":\"t\",\"x\":[\"@\"]}"}) {
            assertRefused(insert(json, bad), "not valid UTF-8 at byte");
        }
    }

    private static byte[] insert(String json, byte[] bad) {
        String hexOfJson = HexFormat.of().formatHex(json.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().parseHex(hexOfJson.replace("40", HexFormat.of().formatHex(bad)));
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertRefused("\ufeff{\"text\":\"t\"}", "byte order mark");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreNotGuessed(String charset) {
        assertRefused("{\"text\":\"t\"}".getBytes(Charset.forName(charset)), "NUL");
    }

    @Test
    void nestingIsBounded() {
        int most = JsonText.NESTING_MAX - 1;
        assertThat(parse("{\"text\":\"t\",\"x\":" + "[".repeat(most) + "]".repeat(most) + "}")
                        .text()
                        .size())
                .isEqualTo(1);

        assertRefused("{\"text\":\"t\",\"x\":" + "[".repeat(most + 1) + "]".repeat(most + 1) + "}", "nested 32 deep");
        assertRefused("{\"x\":".repeat(100_000), "nested 32 deep");
    }

    @Test
    void numbersAndNamesAreBounded() {
        assertRefused("{\"text\":\"t\",\"n\":" + "9".repeat(2_000) + "}", "a number may have 1000");
        assertRefused("{\"text\":\"t\",\"" + "n".repeat(2_000) + "\":1}", "a name 1024");
    }

    @Test
    void onlyTheGivenLengthIsRead() {
        byte[] bytes = "{\"text\":\"t\"}garbage".getBytes(StandardCharsets.US_ASCII);

        assertThat(JsonFields.parse(bytes, 12, Sample::read).text().toUtf8()).isEqualTo("t");
    }
}
