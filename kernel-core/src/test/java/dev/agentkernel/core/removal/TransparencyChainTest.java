package dev.agentkernel.core.removal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TransparencyChainTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
    private static final RemovalTarget KEY = RemovalTarget.state("kéy");
    private static final ByteString CONTENT = ByteString.ofHex("ab".repeat(32));

    /** The first entry as it should be, its hash computed by another program. */
    private static final Removal FIRST = new Removal(
            1,
            KEY,
            "reason",
            "admin",
            CONTENT,
            TIME,
            TransparencyChain.GENESIS,
            ByteString.ofHex("9e9409362f32257c389202a4b3bd5b3d9720abd46f12ae682c2f95336f1fba20"));

    private static Removal changed(RemovalTarget target, String reason, String by, ByteString content, Instant at) {
        return new Removal(1, target, reason, by, content, at, FIRST.previousHash(), FIRST.entryHash());
    }

    private static boolean isFirst(Removal entry) {
        return TransparencyChain.follows(entry, 0, TransparencyChain.GENESIS);
    }

    @Test
    void theHashIsThatOfTheDescription() {
        assertThat(isFirst(FIRST)).isTrue();
        assertThat(TransparencyChain.sha256(new byte[0]).toHex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void noFieldCanBeChanged() {
        assertThat(isFirst(changed(RemovalTarget.state("key"), "reason", "admin", CONTENT, TIME)))
                .isFalse();
        assertThat(isFirst(changed(RemovalTarget.message(new UUID(1, 1)), "reason", "admin", CONTENT, TIME)))
                .isFalse();
        assertThat(isFirst(changed(KEY, "other", "admin", CONTENT, TIME))).isFalse();
        assertThat(isFirst(changed(KEY, "reasona", "dmin", CONTENT, TIME))).isFalse();
        assertThat(isFirst(changed(KEY, "reason", "admin", ByteString.ofHex("ac".repeat(32)), TIME)))
                .isFalse();
        assertThat(isFirst(changed(KEY, "reason", "admin", CONTENT, TIME.plusMillis(1))))
                .isFalse();
    }

    @Test
    void anEntryFollowsOneAlone() {
        assertThat(TransparencyChain.follows(FIRST, 1, TransparencyChain.GENESIS))
                .isFalse();
        assertThat(TransparencyChain.follows(FIRST, 0, CONTENT)).isFalse();
    }
}
