package dev.agentkernel.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class VerdictTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void figuresThatStayShouldHoldAlthoughTheLogGrows() {
        Verdict verdict = Verdict.of(hour(second -> 300 + second % 40), HOUR);

        assertThat(verdict.held()).isTrue();
        assertThat(verdict.lines())
                .anyMatch(line -> line.startsWith("| resident memory, MiB") && line.contains("stayed"))
                .noneMatch(line -> line.contains("database connections"))
                .anyMatch(line -> line.contains("1049 bytes for each message"));
    }

    @Test
    void memoryThatGrowsShouldBeFound() {
        Verdict verdict = Verdict.of(hour(second -> 300 + second / 20), HOUR);

        assertThat(verdict.held()).isFalse();
        assertThat(verdict.lines()).anyMatch(line -> line.contains("resident memory") && line.contains("GREW"));
    }

    @Test
    void tablesShouldGrowByTheKeysThatAreKeptAndByNothingElse() {
        DoubleUnaryOperator byKeys = second -> 8 + second * 5 * 300 / (1024 * 1024);
        DoubleUnaryOperator byMore = second -> 8 + second * 5 * 2_000 / (1024 * 1024);

        assertThat(Verdict.of(hour(second -> 300, byKeys), HOUR).held()).isTrue();
        assertThat(Verdict.of(hour(second -> 300, byMore), HOUR).lines())
                .anyMatch(line -> line.contains("tables, MiB") && line.contains("GREW"));
    }

    @Test
    void chartShouldBeAnImageWithALineForEachFigureThatWasMeasured() throws Exception {
        List<SoakChart.Mark> marks = List.of(new SoakChart.Mark(300, true), new SoakChart.Mark(450, false));

        String svg = new SoakChart(hour(second -> 300), marks, HOUR).svg();

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(7);
        assertThat(svg).contains("prefers-color-scheme: dark", "minutes since the load began", "resident");
        assertThat(svg).doesNotContain("database connections", "NaN");
    }

    @Test
    void timetableShouldEndEachLifeInTimeAndLeaveTheLastKernelAlive() {
        Timetable timetable = new Timetable(HOUR, Duration.ofMinutes(5), 2);
        List<Timetable.Entry> entries = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> timetable.next())
                .takeWhile(entry -> entry.what() != Timetable.What.END)
                .toList();

        assertThat(entries).isSortedAccordingTo((one, other) -> one.at().compareTo(other.at()));
        assertThat(minutesOf(entries, Timetable.What.KILL))
                .hasSize(12)
                .startsWith(2.5, 7.5)
                .endsWith(57.5);
        assertThat(minutesOf(entries, Timetable.What.DATABASE_RESTART)).containsExactly(20.0, 40.0);
        assertThat(minutesOf(entries, Timetable.What.MINUTE)).hasSize(59);
    }

    private static List<Double> minutesOf(List<Timetable.Entry> entries, Timetable.What what) {
        return entries.stream()
                .filter(entry -> entry.what() == what)
                .map(entry -> entry.at().toSeconds() / 60.0)
                .toList();
    }

    /** A sample every ten seconds; each message takes a kibibyte of the log, more or less. */
    private static List<Sample> hour(DoubleUnaryOperator resident) {
        return hour(resident, second -> 8);
    }

    private static List<Sample> hour(DoubleUnaryOperator resident, DoubleUnaryOperator tables) {
        return IntStream.range(1, 360)
                .mapToObj(i -> new Sample(
                        i * 10,
                        resident.applyAsDouble(i * 10),
                        i % 6 == 0 ? 40 : Double.NaN,
                        100,
                        50,
                        Double.NaN,
                        i * 0.1,
                        1,
                        tables.applyAsDouble(i * 10),
                        20,
                        i * 100,
                        i * 50))
                .toList();
    }
}
