package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.cluster.LocalWakeups;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HintTextTest {

    private static final HintText.Head HEAD = new HintText.Head("me", 7);
    private static final List<Hint> EACH = List.of(
            new Hint.Mail("tab_a"),
            new Hint.Workers("tab_b"),
            new Hint.Revoked(new AgentCaller("tab_c", 3)),
            new Hint.Revoked(new OperatorCaller(new UUID(1, 2), 4)),
            new Hint.Log(Long.MAX_VALUE));

    private final LocalWakeups local = new LocalWakeups();
    private final RecordedHints heard = new RecordedHints();

    @BeforeEach
    void listen() {
        local.subscribe(heard);
    }

    @Test
    void hintsShouldArriveAsTheyWereSent() {
        for (String payload : HintText.payloads(HEAD, EACH, false)) {
            assertThat(HintText.headOf(payload)).isEqualTo(HEAD);
            HintText.deliver(payload, local);
        }
        assertThat(heard.all())
                .containsExactly(
                        "mail tab_a",
                        "workers tab_b",
                        "revoked " + new AgentCaller("tab_c", 3),
                        "revoked " + new OperatorCaller(new UUID(1, 2), 4),
                        "log " + Long.MAX_VALUE);
    }

    @Test
    void manyHintsShouldBeSplitBelowTheServersLimit() {
        List<Hint> many = new ArrayList<>();
        IntStream.range(0, HintBuffer.HINTS_MAX).forEach(i -> many.add(new Hint.Mail("tab_" + "%020d".formatted(i))));
        List<String> payloads = HintText.payloads(HEAD, many, false);
        assertThat(payloads).hasSizeBetween(6, 12).allMatch(payload -> payload.length() < 8_000);
        payloads.forEach(payload -> HintText.deliver(payload, local));
        assertThat(heard.all()).hasSize(HintBuffer.HINTS_MAX);
    }

    @Test
    void nothingToTellShouldStillBeSomethingToHear() {
        List<String> payloads = HintText.payloads(HEAD, List.of(), false);
        assertThat(payloads).hasSize(1);
        HintText.deliver(payloads.getFirst(), local);
        assertThat(heard.all()).isEmpty();
    }

    @Test
    void everythingShouldBeLookedAtWhenHintsWereLostOrCannotBeRead() {
        HintText.deliver(
                HintText.payloads(HEAD, List.of(new Hint.Mail("a")), true).getFirst(), local);
        HintText.deliver("1\nother 1\na none tab_a\nm tab_b", local);
        assertThat(heard.all()).containsExactly("mail a", "everything", "mail tab_b", "everything");
    }

    @Test
    void aKindOfALaterVersionShouldBeSkipped() {
        HintText.deliver("1\nother 1\nz something new\nm tab_b", local);
        assertThat(heard.all()).containsExactly("mail tab_b");
    }

    @Test
    void anotherFormatShouldBeNoticed() {
        for (String payload : List.of("", "1", "2\nother 1\nm a", "1\nother", "1\nother x", "hello world")) {
            assertThatThrownBy(() -> HintText.headOf(payload)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anyTextShouldFitIntoAWord() {
        for (String text : List.of("", "a b\n\0*", "ключ/🔑", "x".repeat(2_000))) {
            assertThat(Hint.word(text)).matches("[A-Za-z0-9_-]*");
            assertThat(Hint.text(Hint.word(text))).isEqualTo(text);
        }
    }
}
