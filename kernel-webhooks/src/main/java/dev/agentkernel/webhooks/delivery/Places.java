package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.webhooks.delivery.Slots.Share;
import dev.agentkernel.webhooks.delivery.Slots.Slot;
import dev.agentkernel.webhooks.delivery.Slots.Standing;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A bounded number of places, shared out so that whoever hangs leaves room for the others: endpoints that failed last, and endpoints
 * that were never reached, have a quarter each, and of what a kind of endpoint may have, those of one operator have a part. Not safe
 * for use by many threads.
 */
final class Places {

    private final int max;
    private final int doubtfulMax;
    private final int operatorPercentage;
    private final Map<Standing, Integer> byStanding = new EnumMap<>(Standing.class);
    private final Map<Share, Integer> byShare = new HashMap<>();
    private int taken;

    /**
     * Makes free places.
     *
     * @param max none at all if it is 0
     * @param operatorPercentage from 1 to 100; one place is within the share in any case
     */
    Places(int max, int operatorPercentage) {
        this.max = max;
        this.doubtfulMax = Math.max(1, max / 4);
        this.operatorPercentage = operatorPercentage;
    }

    /** Takes a place; if there is none, answers what must be released before there can be one. */
    Optional<Object> take(Slot slot) {
        int most = slot.standing() == Standing.PROVEN ? max : doubtfulMax;
        int mostOfOperator = Math.max(1, Math.toIntExact((long) most * operatorPercentage / 100));
        if (byShare.getOrDefault(slot.share(), 0) >= mostOfOperator) {
            return Optional.of(slot.share());
        }
        if (taken >= max || byStanding.getOrDefault(slot.standing(), 0) >= most) {
            return Optional.of(slot.standing());
        }
        taken++;
        byStanding.merge(slot.standing(), 1, Integer::sum);
        byShare.merge(slot.share(), 1, Integer::sum);
        return Optional.empty();
    }

    /** Gives a place back that was taken for this. */
    void release(Slot slot) {
        taken--;
        byStanding.merge(slot.standing(), -1, Integer::sum);
        byShare.computeIfPresent(slot.share(), (share, count) -> count == 1 ? null : count - 1);
    }

    int free() {
        return max - taken;
    }

    int taken() {
        return taken;
    }
}
