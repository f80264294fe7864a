package dev.agentkernel.app.commands;

import dev.agentkernel.app.cli.StandardError;
import dev.agentkernel.storage.transfer.Progress;
import java.util.Locale;

/** Shows a person how far each part is: a bar that grows on a terminal, and one line for each part elsewhere. */
final class ProgressBar implements Progress {

    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000;

    private final boolean terminal;
    private String part = "";
    private long total;
    private long done;
    private long drawnNanos;

    ProgressBar(boolean terminal) {
        this.terminal = terminal;
    }

    @Override
    public void begin(String what, long ofTotal) {
        end();
        part = what;
        total = ofTotal;
        done = 0;
        drawnNanos = System.nanoTime();
    }

    @Override
    public void advance(long count) {
        done += count;
        if (terminal && System.nanoTime() - drawnNanos > REDRAW_NANOS) {
            drawnNanos = System.nanoTime();
            StandardError.draw(line());
        }
    }

    /** Completes the part under way. */
    void end() {
        if (!part.isEmpty()) {
            if (terminal) {
                StandardError.draw(line());
            }
            StandardError.sayPlainly(terminal ? "" : part + ": " + grouped(done));
            part = "";
        }
    }

    /** The bar as it is now. */
    String line() {
        int percent = total <= 0 ? 100 : (int) Math.min(100, done * 100 / total);
        int filled = WIDTH * percent / 100;
        return String.format(
                Locale.ROOT,
                "%-24s [%s%s] %3d %%  %s of %s",
                part,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                percent,
                grouped(done),
                grouped(total));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
