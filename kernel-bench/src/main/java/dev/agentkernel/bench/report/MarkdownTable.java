package dev.agentkernel.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table that is aligned for reading as plain text and is Markdown at the same time: the first column left, the others right. */
public final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();

    /** Creates a table with its headings. */
    public MarkdownTable(List<String> headings) {
        rows.add(List.copyOf(headings));
    }

    /** Appends a row with as many cells as there are headings. */
    public void add(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    "a row has " + cells.size() + " cells under " + rows.get(0).size() + " headings");
        }
        rows.add(List.copyOf(cells));
    }

    /** Returns the lines of the table, each ended by a line feed. */
    public String render() {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        text.append(line(rows.get(0), widths));
        text.append(IntStream.range(0, widths.length)
                .mapToObj(column -> column == 0 ? "-".repeat(widths[0]) : "-".repeat(widths[column] - 1) + ":")
                .collect(Collectors.joining(" | ", "| ", " |\n")));
        rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> {
                    String cell = cells.get(column);
                    String padding = " ".repeat(widths[column] - cell.length());
                    return column == 0 ? cell + padding : padding + cell;
                })
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
