package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.core.messages.DeadLetter;
import dev.agentkernel.core.messages.DeadLetterPage;
import tools.jackson.core.JsonGenerator;

/** A page of dead letters, as their recipient sees them. */
record DeadLettersContent(DeadLetterPage page) implements JsonContent {

    long contentBytes() {
        long bytes = 0;
        for (DeadLetter letter : page.letters()) {
            bytes += letter.message().content().size();
        }
        return bytes;
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("messages");
        page.letters().forEach(letter -> MessageJson.write(letter, json));
        json.writeEndArray();
        json.writeName("next_cursor");
        if (page.nextAfterSeq().isPresent()) {
            json.writeString(Cursors.afterSeq(page.nextAfterSeq().getAsLong()));
        } else {
            json.writeNull();
        }
        json.writeNumberProperty("total", page.total());
        json.writeEndObject();
    }
}
