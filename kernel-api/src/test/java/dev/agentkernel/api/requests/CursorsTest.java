package dev.agentkernel.api.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

    private static QueryParameters cursor(String cursor) {
        return new QueryParameters("cursor=" + cursor);
    }

    private static String base64(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, Long.MAX_VALUE})
    void aSeqComesBack(long seq) {
        assertThat(Cursors.seq(cursor(Cursors.afterSeq(seq)))).isEqualTo(seq);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "ключ", "😀", "%", "\u0001"})
    void aKeyComesBack(String key) {
        assertThat(Cursors.key(cursor(Cursors.afterKey(key)))).isEqualTo(key);
    }

    @Test
    void noCursorAndAnEmptyOneMeanTheFirstPage() {
        assertThat(Cursors.seq(new QueryParameters(null))).isZero();
        assertThat(Cursors.seq(cursor(""))).isZero();
        assertThat(Cursors.key(cursor(""))).isEmpty();
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        assertRefused(() -> Cursors.seq(cursor(Cursors.afterKey("12345678"))));
        assertRefused(() -> Cursors.key(cursor(Cursors.afterSeq(7))));
    }

    @Test
    void whatNoListGaveIsRefused() {
        assertRefused(() -> Cursors.seq(cursor("x")));
        assertRefused(() -> Cursors.seq(cursor("not*base64")));
        assertRefused(() -> Cursors.seq(cursor("%FF")));
        assertRefused(() -> Cursors.seq(cursor(base64(1))));
        assertRefused(() -> Cursors.seq(cursor(base64(1, 0, 0, 0, 0, 0, 0, 0))));
        assertRefused(() -> Cursors.seq(cursor(base64(1, 0, 0, 0, 0, 0, 0, 0, 1, 1))));
        assertRefused(() -> Cursors.seq(cursor(base64(1, 0xff, 0, 0, 0, 0, 0, 0, 1))));
        assertRefused(() -> Cursors.seq(cursor(base64(9, 0, 0, 0, 0, 0, 0, 0, 1))));
        assertRefused(() -> Cursors.key(cursor(base64(2))));
        assertRefused(() -> Cursors.key(cursor(base64(2, 0xc0, 0x80))));
    }

    private static void assertRefused(Runnable reading) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(reading::run)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }
}
