package dev.agentkernel.api.answers;

import dev.agentkernel.api.json.JsonContent;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers: a status, mostly a JSON content, and what the header says about them.
 *
 * @param entityTag names the version of the content, with its quotes
 * @param secret whether no cache on the way may keep the answer
 */
public record Answer(
        int status, @Nullable JsonContent content, @Nullable String entityTag, boolean secret) {

    public static Answer ok(JsonContent content) {
        return new Answer(200, content, null, false);
    }

    public static Answer created(JsonContent content) {
        return new Answer(201, content, null, false);
    }

    public static Answer accepted(JsonContent content) {
        return new Answer(202, content, null, false);
    }

    /** Done, and nothing to tell. */
    public static Answer empty() {
        return new Answer(204, null, null, false);
    }

    /** The client has this version already. */
    public static Answer notModified(String entityTag) {
        return new Answer(304, null, entityTag, false);
    }

    public Answer withEntityTag(String tag) {
        return new Answer(status, content, tag, secret);
    }

    /** The same, for nobody but the client. */
    public Answer asSecret() {
        return new Answer(status, content, entityTag, true);
    }
}
