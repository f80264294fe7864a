package dev.agentkernel.api.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which component will come to its limit first. */
@FunctionalInterface
public interface Scaling {

    /** Every component with its verdict. */
    List<Component> components();

    /** How a component stands. */
    enum Verdict {
        /** Less than half of its ceiling. */
        OK,
        /** More than half of it: plan the next step. */
        WATCH,
        /** At its ceiling: take the next step. */
        ACT
    }

    /**
     * What was measured of a component over the last minutes.
     *
     * @param unit of value and ceiling: seconds, bytes, ratio or count
     * @param value {@code null} while nothing was measured
     * @param nextStep one sentence, with the place in docs/scaling.md
     */
    record Component(
            String name,
            String signal,
            String unit,
            @Nullable Double value,
            double ceiling,
            Verdict verdict,
            String nextStep) {

        /** Judges a value by its ceiling. */
        public static Component of(
                String name, String signal, String unit, @Nullable Double value, double ceiling, String nextStep) {
            Verdict verdict =
                    value == null || value < ceiling / 2 ? Verdict.OK : value < ceiling ? Verdict.WATCH : Verdict.ACT;
            return new Component(name, signal, unit, value, ceiling, verdict, nextStep);
        }
    }
}
