package dev.agentkernel.core.storage;

import dev.agentkernel.core.limits.RateCategory;
import java.util.List;

/**
 * Budgets that several processes spend from. A budget is the time after which it is full again; spending moves that time away.
 * They need not survive a crash of the storage: a lost budget is a full one.
 */
public interface RateBudgetStore {

    /** How many processes spend from the budgets at present, this one included; may be some seconds old. */
    int sharers();

    /**
     * Writes down what was spent, and grants what is wanted where it fits; all of it in one step.
     *
     * @return for each spending, in order, where its budget stands
     * @throws StorageException if the storage is away; nothing was written then
     */
    List<Standing> settle(List<Spending> spendings);

    /**
     * What one process has spent from a budget, and wants to.
     *
     * @param spentNanos already spent, whether it fits or not
     * @param wantedNanos granted only if it fits into the window
     * @param windowNanos how long an empty budget takes to fill
     */
    record Spending(String subject, RateCategory category, long spentNanos, long wantedNanos, long windowNanos) {}

    /**
     * Where a budget stands.
     *
     * @param nanosToFull how long until it is full, if nothing more is spent
     * @param granted whether what was wanted is part of that
     */
    record Standing(long nanosToFull, boolean granted) {}
}
