package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms on disk: names of segments, trailers, the seq at the beginning of a line. */
class FormatTest {

    private static Optional<Trailer> parsed(String line) {
        byte[] bytes = ("#" + line + "#").getBytes(StandardCharsets.UTF_8);
        return Trailer.parse(bytes, 1, bytes.length - 2);
    }

    @Test
    void aTrailerShouldComeBackAsItWasWritten() {
        for (Trailer trailer : List.of(
                new Trailer(1, 1, 1, 0, 0),
                new Trailer(7, 30, 12_345, 99, 0x00abcdef),
                new Trailer(Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, -1))) {
            byte[] line = trailer.encode();
            assertThat(line).hasSizeLessThanOrEqualTo(Trailer.BYTES_MAX).endsWith('\n');
            assertThat(Trailer.isTrailer(line, 0, line.length - 1)).isTrue();
            assertThat(Trailer.parse(line, 0, line.length - 1)).contains(trailer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"batch\":",
                "{\"batch\":0,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"}",
                "{\"batch\":1,\"records\":0,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"}",
                "{\"batch\":1,\"records\":1,\"bytes\":0,\"lastSeq\":0,\"crc32c\":\"00000000\"}",
                "{\"batch\":1,\"records\":1,\"bytes\":1,\"lastSeq\":00,\"crc32c\":\"00000000\"}",
                "{\"batch\":1,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"0000000\"}",
                "{\"batch\":1,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"0000000A\"}",
                "{\"batch\":1,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"} ",
                "{\"batch\":9999999999999999999,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"}",
                "{\"batch\":1,\"records\":9999999999,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"}",
                "{\"batch\":-1,\"records\":1,\"bytes\":1,\"lastSeq\":0,\"crc32c\":\"00000000\"}"
            })
    void whatIsNoTrailerShouldNotBeReadAsOne(String line) {
        assertThat(parsed(line)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"seq\":1,\"ts\":2} | 1",
                "{\"seq\":42} | 42",
                "{\"seq\":9223372036854775807,\"a\":1} | 9223372036854775807",
                "{\"seq\":9223372036854775808,\"a\":1} | 0",
                "{\"seq\":99999999999999999999,\"a\":1} | 0",
                "{\"seq\":12 | 0",
                "{\"seq\":, | 0",
                "{\"seq\":1x} | 0",
                "{\"seq\": 1} | 0",
                "{\"seq\":-1} | 0",
                "{\"seq | 0",
                "{\"ts\":\"x\",\"seq\":1} | 0",
                "{\"seq\": | 0"
            })
    void theSeqOfALineShouldBeReadFromItsBeginning(String line, long seq) {
        byte[] bytes = ("##" + line + "7,").getBytes(StandardCharsets.UTF_8);

        assertThat(new LogLine(bytes, 2, bytes.length - 4).seq()).isEqualTo(seq);
    }

    @Test
    void aLineShouldTellItsBytes() {
        LogLine line = new LogLine("ab{\"seq\":5}cd".getBytes(StandardCharsets.UTF_8), 2, 9);

        assertThat(line.toString()).isEqualTo("{\"seq\":5}");
        assertThat(line.copy()).asString(StandardCharsets.UTF_8).isEqualTo("{\"seq\":5}");
        assertThat(new String(line.buffer(), line.offset(), line.length(), StandardCharsets.UTF_8))
                .isEqualTo("{\"seq\":5}");
    }

    @Test
    void lineFeedsShouldBeFoundAsByLookingAtEveryByte() {
        SplittableRandom random = new SplittableRandom(23);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int at = 0; at < bytes.length; at++) {
                // Neighbours of the line feed, with and without the high bit, are what could be taken for one.
                bytes[at] = (byte)
                        (9 + random.nextInt(3) + (random.nextBoolean() ? 0 : 128) - (random.nextInt(4) == 0 ? 1 : 0));
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int expected = from;
            while (expected < to && bytes[expected] != '\n') {
                expected++;
            }
            assertThat(LineFeeds.indexOf(bytes, from, to)).isEqualTo(expected == to ? -1 : expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "events-1.jsonl, 1",
        "events-00000000000000000012.jsonl, 12",
        "events-9223372036854775807.jsonl, 9223372036854775807"
    })
    void segmentNamesShouldBeReadPaddedOrNot(String name, long firstSeq) {
        assertThat(SegmentNames.firstSeq(Path.of("some", name))).hasValue(firstSeq);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"events-.jsonl", "events-1.json", "events-1.jsonl.bak", "event-1.jsonl", "events-x.jsonl", "x"})
    void otherNamesShouldBeNoSegments(String name) {
        assertThat(SegmentNames.firstSeq(Path.of(name))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"events-0.jsonl", "events-9223372036854775808.jsonl"})
    void segmentNamesWithoutAPossibleSeqShouldBeRefused(String name) {
        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> SegmentNames.firstSeq(Path.of(name)))
                .withMessageContaining(name);
    }

    @Test
    void impossiblePositionsAndSettingsShouldBeRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Position(-1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> LogSettings.ofSegmentBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogSettings(1, 10));
        assertThat(new Position(0, 0, 0)).isEqualTo(Position.START);
    }
}
