package dev.agentkernel.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentkernel.bench.load.CaseResult;
import dev.agentkernel.bench.load.Operation;
import dev.agentkernel.bench.load.Results;
import dev.agentkernel.bench.load.RoundPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final CaseResult healthy =
            Results.of(new double[] {10_000, 12_000, 11_000}, new double[] {20_000, 20_000, 20_000});
    private final CaseResult refused = new CaseResult(
            Operation.STATE_READ,
            1_000,
            64,
            List.of(new RoundPair(
                    Results.round(900, Double.NaN, Map.of("429 {\"error\":\"rate_limited\"}", 100L)),
                    Results.round(1_000, 10, Map.of()))));

    @Test
    void tableShouldBeAlignedMarkdown() {
        String[] lines = LoadReport.table(List.of(healthy, refused)).split("\n");

        assertThat(lines)
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith("| ").endsWith(" |"));
        assertThat(lines).extracting(String::length).containsOnly(lines[0].length());
        assertThat(lines[1]).containsPattern("^\\| -+ \\| -+: \\|");
    }

    @Test
    void rowShouldShowMediansAndRanges() {
        String row = LoadReport.table(List.of(healthy)).split("\n")[2];

        assertThat(row)
                .containsSubsequence(
                        "send",
                        "1,000",
                        "16",
                        "11,000 (10,000–12,000)",
                        "20,000 (20,000–20,000)",
                        "0.550 (0.500–0.600)",
                        "1.00 / 1.00 / 1.00",
                        "50 / 20 / 6");
    }

    @Test
    void rowShouldShowADashWhenTheProcessorTimeIsNotKnown() {
        assertThat(LoadReport.table(List.of(refused))).contains("- / 10 / 6");
    }

    @Test
    void remarksShouldNameTheStatusAndHowOften() {
        assertThat(LoadReport.hasUnexpected(List.of(healthy))).isFalse();
        assertThat(LoadReport.hasUnexpected(List.of(healthy, refused))).isTrue();
        assertThat(LoadReport.remarks(List.of(healthy, refused)))
                .containsExactly("ERROR state-read, 64 connections: the kernel gave 100 times, where 200 was expected: "
                        + "429 {\"error\":\"rate_limited\"}");
    }

    @Test
    void csvShouldHaveAsManyFieldsAsHeadings() {
        List<String> cases = CsvReport.cases(List.of(healthy, refused));
        List<String> rounds = CsvReport.rounds(List.of(healthy, refused));

        assertThat(cases).hasSize(5).allSatisfy(line -> assertThat(fields(line)).isEqualTo(fields(cases.get(0))));
        assertThat(rounds)
                .hasSize(9)
                .allSatisfy(line -> assertThat(fields(line)).isEqualTo(fields(rounds.get(0))));
        assertThat(cases.get(1)).startsWith("send,1000,16,kernel,3,11000.0000,10000.0000,12000.0000,0.5500,");
        assertThat(rounds.get(4)).startsWith("send,1000,16,2,baseline,20000,1.0000,20000.0000,");
    }

    @Test
    void csvShouldLeaveAFieldEmptyWhenItIsNotKnown() {
        assertThat(CsvReport.rounds(List.of(refused)).get(1)).contains(",,6.0000,0,100");
    }

    @Test
    void tableShouldRefuseARowOfAnotherWidth() {
        MarkdownTable table = new MarkdownTable(List.of("a", "b"));

        assertThatIllegalArgumentException().isThrownBy(() -> table.add(List.of("1")));
    }

    @Test
    void machineShouldNameCoresAndJdk() {
        assertThat(Machine.describe())
                .contains(Runtime.getRuntime().availableProcessors() + " cores")
                .contains("JDK " + Runtime.version());
    }

    private static int fields(String line) {
        return line.split(",", -1).length;
    }
}
