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
        /** Far from its ceiling. */
        OK,
        /** Near it: plan the next step. */
        WATCH,
        /** At its ceiling: take the next step. */
        ACT
    }

    /**
     * What was measured of a component over the last minutes.
     *
     * @param unit of value and ceiling: seconds, bytes, ratio or count
     * @param value {@code null} while nothing was measured
     * @param watchFrom the value from which the ceiling is near
     * @param nextStep one sentence, with the place in docs/scaling.md
     */
    record Component(
            String name,
            String signal,
            String unit,
            @Nullable Double value,
            double watchFrom,
            double ceiling,
            Verdict verdict,
            String nextStep) {

        /** Judges a value by its ceiling, which is near from its half on. */
        public static Component of(
                String name, String signal, String unit, @Nullable Double value, double ceiling, String nextStep) {
            return of(name, signal, unit, value, ceiling / 2, ceiling, nextStep);
        }

        /** Judges a value by its ceiling. */
        public static Component of(
                String name,
                String signal,
                String unit,
                @Nullable Double value,
                double watchFrom,
                double ceiling,
                String nextStep) {
            Verdict verdict =
                    value == null || value < watchFrom ? Verdict.OK : value < ceiling ? Verdict.WATCH : Verdict.ACT;
            return new Component(name, signal, unit, value, watchFrom, ceiling, verdict, nextStep);
        }
    }
}
