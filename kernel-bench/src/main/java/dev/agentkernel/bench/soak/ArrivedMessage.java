package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.load.JsonText;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A message as the kernel hands it over: in an answer, a frame or a push.
 *
 * @param leasedUntil empty when it is not leased
 */
record ArrivedMessage(String id, String from, String to, String content, Optional<Instant> leasedUntil) {

    /** Contents are made so that they need no escape and hold no brace. */
    private static final Pattern MESSAGE = Pattern.compile("\\{[^{}]*\"message_id\"[^{}]*}");

    /** All messages in a text. */
    static List<ArrivedMessage> allIn(String json) {
        return MESSAGE.matcher(json)
                .results()
                .map(MatchResult::group)
                .map(ArrivedMessage::of)
                .toList();
    }

    private static ArrivedMessage of(String json) {
        String until = JsonText.text(json, "leased_until");
        return new ArrivedMessage(
                JsonText.text(json, "message_id"),
                JsonText.text(json, "from"),
                JsonText.text(json, "to"),
                JsonText.text(json, "content"),
                until.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(until)));
    }

    /** The texts in a list of texts. */
    static List<String> list(String json, String member) {
        int from = json.indexOf("\"" + member + "\":[");
        if (from < 0) {
            return List.of();
        }
        from += member.length() + 4;
        String inside = json.substring(from, json.indexOf(']', from));
        return Arrays.stream(inside.split(","))
                .map(text -> text.replace("\"", "").strip())
                .filter(text -> !text.isEmpty())
                .toList();
    }
}
