package dev.agentkernel.app.demo;

import java.util.List;

/** The world of the scene. */
final class Places {

    static final List<String> CITIES = List.of(
            "Rotterdam",
            "Lyon",
            "Genoa",
            "Gdańsk",
            "Valencia",
            "Vienna",
            "Liège",
            "Porto",
            "Malmö",
            "Leipzig",
            "Trieste",
            "Brno");

    static final List<String> GOODS = List.of(
            "oranges",
            "bicycles",
            "olive oil",
            "window frames",
            "paper",
            "ceramic tiles",
            "coffee",
            "spare parts",
            "wine",
            "books");

    static final List<String> CARRIERS = List.of(
            "Adler Cargo",
            "Bonnet Frères",
            "Costa Linea",
            "Dvořák Trans",
            "Eriksson Haul",
            "Ferreira Log",
            "Greta & Sons",
            "Hanse Express",
            "Iberia Road",
            "Jansen Vervoer");

    static final List<String> SKIES =
            List.of("clear", "light rain", "fog", "strong crosswind", "snow above 600 m", "heat, 36 °C", "overcast");

    private Places() {}
}
