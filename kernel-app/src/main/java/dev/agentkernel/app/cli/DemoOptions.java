package dev.agentkernel.app.cli;

import dev.agentkernel.app.demo.DemoSettings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The options of {@code demo}, each {@code --name=value} or {@code --name value}.
 *
 * @param complaint what is wrong with them; {@code settings} are then of no use
 */
record DemoOptions(DemoSettings settings, boolean help, Optional<String> complaint) {

    static final String USAGE = """
            demo: lets a few rule-based agents talk through a running kernel, for whoever wants to see life in it.

              --url=http://127.0.0.1:8080   where the kernel is
              --agents=24                   how many agents, 5 to 1000
              --rate=4                      messages, writes and reads a second of all agents together, 0.1 to 1000
              --seed=…                      the same seed plays the same scene [any]
              --seconds=0                   how long, at most 86400; 0 is until Ctrl-C
              --operator-key=sk_live_…      an operator that exists; else one is registered
            """;

    private static final String URL = "--url";
    private static final String AGENTS = "--agents";
    private static final String RATE = "--rate";
    private static final String SEED = "--seed";
    private static final String SECONDS = "--seconds";
    private static final String OPERATOR_KEY = "--operator-key";
    private static final int SECONDS_MAX = 86_400;
    private static final int SEED_MAX = 999_999_999;

    // Reads the options; what is wrong with them is the complaint. The seed is taken when none is given.
    static DemoOptions read(String[] options, int anySeed) {
        Reader reader = new Reader(options);
        DemoSettings settings = new DemoSettings(
                reader.url(),
                reader.whole(AGENTS, 24, DemoSettings.AGENTS_MIN, DemoSettings.AGENTS_MAX),
                reader.rate(),
                reader.whole(SEED, anySeed, 0, SEED_MAX),
                Duration.ofSeconds(reader.whole(SECONDS, 0, 0, SECONDS_MAX)),
                reader.text(OPERATOR_KEY, ""));
        return new DemoOptions(
                settings, reader.help, Optional.of(reader.complaint()).filter(complaint -> !complaint.isEmpty()));
    }

    // Takes the options one by one and remembers the first thing that is wrong.
    private static final class Reader {

        private final Map<String, String> given = new LinkedHashMap<>();
        private boolean help;
        private String wrong = "";

        Reader(String[] options) {
            for (int i = 0; i < options.length; i++) {
                String option = options[i];
                if (option.equals("--help") || option.equals("-h")) {
                    help = true;
                    continue;
                }
                String[] parts = option.split("=", 2);
                boolean apart = parts.length == 1 && option.startsWith("--") && i + 1 < options.length;
                String value = parts.length == 2 ? parts[1] : apart ? options[++i] : "";
                if (value.isEmpty() || given.put(parts[0], value) != null) {
                    complain(option + " has no value, or is there twice; see demo --help.");
                }
            }
        }

        private void complain(String sentence) {
            if (wrong.isEmpty()) {
                wrong = sentence;
            }
        }

        String text(String name, String fallback) {
            String value = given.remove(name);
            return value == null ? fallback : value;
        }

        int whole(String name, int fallback, int least, int most) {
            String text = text(name, "");
            if (text.isEmpty()) {
                return fallback;
            }
            int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
            if (value < least || value > most) {
                complain("%s is \"%s\"; it must be a whole number from %d to %d.".formatted(name, text, least, most));
            }
            return value;
        }

        double rate() {
            String text = text(RATE, "4");
            double value = text.matches("\\d{1,9}([.]\\d{1,3})?") ? Double.parseDouble(text) : -1;
            if (value < DemoSettings.ACTIONS_PER_SECOND_MIN || value > DemoSettings.ACTIONS_PER_SECOND_MAX) {
                complain("%s is \"%s\"; it must be a number from 0.1 to 1000.".formatted(RATE, text));
            }
            return value;
        }

        URI url() {
            String text = text(URL, "http://127.0.0.1:8080");
            try {
                URI url = URI.create(text.endsWith("/") ? text : text + "/");
                boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
                if (web && url.getHost() != null) {
                    return url;
                }
            } catch (IllegalArgumentException unreadable) {
                // Said below, as for any other text that is no address.
            }
            complain(URL + " is \"" + text + "\"; it must be like http://127.0.0.1:8080.");
            return URI.create("http://127.0.0.1:8080/");
        }

        String complaint() {
            if (wrong.isEmpty() && !given.isEmpty()) {
                return "demo has no option " + given.keySet().iterator().next() + "; see demo --help.";
            }
            return wrong;
        }
    }
}
