package dev.agentkernel.app.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps goods: reserves them for planners, unloads trucks, and publishes its stock. */
final class Warehouse implements Role {

    private static final int FIRST_STOCK = 60;
    private static final Pattern ORDER = Pattern.compile("(\\d{1,4}) pallets of ([\\p{L} ]+?) for .*", Pattern.DOTALL);

    private final Map<String, Integer> stock = new LinkedHashMap<>();

    @Override
    public void act(Turn turn) {
        String goods = turn.pick(Places.GOODS);
        int pallets = stock.merge(goods, turn.number(4, 30), Integer::sum);
        publish(turn, goods, pallets);
    }

    private static void publish(Turn turn, String goods, int pallets) {
        turn.write(
                "stock/" + turn.self().name().replaceFirst("^warehouse ", "") + "/" + goods,
                "{\"pallets\": %d, \"counted_by\": \"%s\"}"
                        .formatted(pallets, turn.self().name()));
    }

    @Override
    public void hear(Turn turn, String from, Line line) {
        switch (line.verb()) {
            case "reserve" -> {
                Matcher order = ORDER.matcher(line.text());
                if (order.matches()) {
                    reserve(turn, from, line, Integer.parseInt(order.group(1)), order.group(2));
                }
            }
            case "unload" -> turn.say(from, "unloaded", line.shipment(), "Counted and complete. Safe journey.");
            default -> {}
        }
    }

    private void reserve(Turn turn, String from, Line line, int pallets, String goods) {
        int there = stock.getOrDefault(goods, FIRST_STOCK);
        if (there < pallets) {
            turn.say(from, "short", line.shipment(), "Only %d pallets of %s here.".formatted(there, goods));
            return;
        }
        stock.put(goods, there - pallets);
        turn.say(
                from,
                "reserved",
                line.shipment(),
                "%d pallets stand ready at gate %d.".formatted(pallets, turn.number(1, 9)));
        publish(turn, goods, there - pallets);
    }
}
