package dev.agentkernel.app.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Has goods to move: reserves them, asks carriers for offers, books the cheapest, and closes what has arrived. */
final class Planner implements Role {

    private static final int OPEN_MAX = 6;
    private static final int OFFERS_WANTED = 3;
    private static final int FIRST_NUMBER = 1_000;

    private final Map<String, Order> open = new LinkedHashMap<>();
    private int orders;

    /** A shipment that is not there yet. */
    private static final class Order {
        final String goods;
        final int pallets;
        final String from;
        final String to;
        final List<Offer> offers = new ArrayList<>();
        int asked;
        boolean booked;

        Order(String goods, int pallets, String from, String to) {
            this.goods = goods;
            this.pallets = pallets;
            this.from = from;
            this.to = to;
        }

        String json(String status) {
            return "{\"status\": \"%s\", \"goods\": \"%s\", \"pallets\": %d, \"from\": \"%s\", \"to\": \"%s\"}"
                    .formatted(status, goods, pallets, from, to);
        }
    }

    private record Offer(String carrier, int euros) {}

    @Override
    public void act(Turn turn) {
        if (open.size() >= OPEN_MAX) {
            String oldest = open.keySet().iterator().next();
            if (turn.chance(0.3)) {
                turn.read(key(oldest));
            }
            return;
        }
        String from = turn.pick(Places.CITIES);
        String to = turn.pick(
                Places.CITIES.stream().filter(city -> !city.equals(from)).toList());
        Order order = new Order(turn.pick(Places.GOODS), turn.number(2, 24), from, to);
        String number = numberFor(turn);
        open.put(number, order);
        turn.write(key(number), order.json("planned"));
        turn.say(
                turn.warehouseOf(from).address(),
                "reserve",
                number,
                "%d pallets of %s for %s, please.".formatted(order.pallets, order.goods, to));
    }

    /** Unique in the scene: the digits of the planner come after those of its orders. */
    private String numberFor(Turn turn) {
        orders++;
        String self = turn.self().name().replaceAll("\\D", "");
        return "S-" + (FIRST_NUMBER + orders) + self;
    }

    private static String key(String shipment) {
        return "shipments/" + shipment;
    }

    @Override
    public void hear(Turn turn, String from, Line line) {
        Order order = open.get(line.shipment());
        if (order == null) {
            return;
        }
        switch (line.verb()) {
            case "reserved" -> askForOffers(turn, line.shipment(), order);
            case "short" -> {
                open.remove(line.shipment());
                turn.write(key(line.shipment()), order.json("cancelled: not enough in stock"));
            }
            case "offer", "full" -> hearOffer(turn, from, line, order);
            case "delayed" -> turn.write(key(line.shipment()), order.json("delayed"));
            case "delivered" -> {
                open.remove(line.shipment());
                turn.say(from, "thanks", line.shipment(), "Received in " + order.to + ". The invoice is approved.");
                turn.delete(key(line.shipment()));
            }
            default -> {}
        }
    }

    private static void askForOffers(Turn turn, String shipment, Order order) {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < OFFERS_WANTED; i++) {
            String carrier = turn.any(Member.Part.CARRIER).address();
            if (!asked.contains(carrier)) {
                asked.add(carrier);
                turn.say(
                        carrier,
                        "tender",
                        shipment,
                        "%d pallets, %s to %s. What do you ask?".formatted(order.pallets, order.from, order.to));
            }
        }
        order.asked = asked.size();
    }

    private static void hearOffer(Turn turn, String from, Line line, Order order) {
        int euros = line.verb().equals("full") ? Integer.MAX_VALUE : eurosIn(line.text());
        order.offers.add(new Offer(from, euros));
        if (order.booked || order.offers.size() < order.asked) {
            return;
        }
        Offer best = order.offers.stream()
                .min((a, b) -> Integer.compare(a.euros, b.euros))
                .orElseThrow();
        if (best.euros == Integer.MAX_VALUE) {
            order.offers.clear();
            askForOffers(turn, line.shipment(), order);
            return;
        }
        order.booked = true;
        turn.say(
                best.carrier,
                "book",
                line.shipment(),
                "Agreed, %d EUR. %s to %s, %d pallets.".formatted(best.euros, order.from, order.to, order.pallets));
        turn.write(key(line.shipment()), order.json("booked with " + turn.nameOf(best.carrier)));
    }

    private static int eurosIn(String text) {
        String digits = text.replaceFirst("^(\\d{1,6}).*", "$1");
        return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    }
}
