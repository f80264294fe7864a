package dev.agentkernel.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.verification.VerificationGate;
import dev.agentkernel.core.verification.VerificationSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgentSearchTest {

    private static final UUID OPERATOR = new UUID(1, 1);
    private static final AgentCaller READER = new AgentCaller(address(0), 1);

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final List<Duration> listed = new ArrayList<>();
    private final AgentRegistry registry = registry();

    private AgentRegistry registry() {
        KernelSecret secret = new KernelSecret(ByteString.ofHex("5a".repeat(32)));
        return new AgentRegistry(
                running.commits(),
                storage.registry(),
                new Tokens(secret),
                new VerificationGate(VerificationSettings.DEFAULT, secret, clock),
                url -> Optional.empty(),
                new WebhookSecrets(secret),
                RegistrySettings.DEFAULT,
                () -> OPERATOR,
                false,
                listed::add);
    }

    private static String address(int number) {
        return "tab_%020d".formatted(number);
    }

    private static LogRecord registered(int number) {
        ByteString digest = ByteString.ofUtf8("digest " + number).orElseThrow();
        return new LogRecord.AgentRegistered(address(number), OPERATOR, digest, null);
    }

    private void says(int number, @Nullable String name, @Nullable String description, String... tags) {
        running.leave(
                registered(number),
                new LogRecord.ProfileChanged(address(number), new AgentProfile(name, description, List.of(tags))));
    }

    /** So many agents that say the same, from a number on. */
    private void manySay(String name, int from, int agents) {
        List<LogRecord> records = new ArrayList<>();
        for (int number = from; number < from + agents; number++) {
            records.add(registered(number));
            records.add(new LogRecord.ProfileChanged(address(number), new AgentProfile(name, null, List.of("many"))));
        }
        running.leave(records.toArray(LogRecord[]::new));
    }

    private RegistryPage search(String tag, String text, long afterSeq, int agentsMax) {
        return registry.list(READER, AgentFilter.checked(tag, text), afterSeq, agentsMax);
    }

    private static List<String> addresses(RegistryPage page) {
        return page.agents().stream().map(AgentEntry::address).toList();
    }

    @Test
    void textShouldBeFoundInNameAndDescriptionInAnyCase() {
        running.leave(registered(1));
        says(2, "The Weather", null);
        says(3, null, "tells of WEATHERS");
        says(4, "other", "nothing", "weather");
        RegistryPage page = search("", "wEATHER", 0, 10);
        assertThat(addresses(page)).containsExactly(address(2), address(3));
        assertThat(page.nextAfterSeq()).isEmpty();
        assertThat(page.total()).isNull();
    }

    @Test
    void tagShouldBeFoundWholeInAnyCaseAndBesideAText() {
        says(1, "sun", null, "Blue");
        says(2, "moon", null, "blue");
        says(3, "moon", null, "blueish");
        assertThat(addresses(search("BLUE", "", 0, 10))).containsExactly(address(1), address(2));
        assertThat(addresses(search("BLUE", "moon", 0, 10))).containsExactly(address(2));
    }

    @Test
    void pagesOfASearchShouldNeitherSkipNorRepeat() {
        for (int number = 1; number <= 5; number++) {
            says(number, number == 2 ? "other" : "same", null, "tag");
        }
        for (String text : List.of("same", "")) {
            List<String> found = new ArrayList<>();
            RegistryPage page = search("tag", text, 0, 2);
            found.addAll(addresses(page));
            while (page.nextAfterSeq().isPresent()) {
                page = search("tag", text, page.nextAfterSeq().getAsLong(), 2);
                found.addAll(addresses(page));
            }
            assertThat(found).hasSize(text.isEmpty() ? 5 : 4).doesNotHaveDuplicates();
        }
    }

    @Test
    void fullPageAtTheEndShouldBeTheLast() {
        says(1, "same", null);
        says(2, "same", null);
        assertThat(search("", "same", 0, 2).nextAfterSeq()).isEmpty();
        assertThat(search("", "same", 0, 1).nextAfterSeq()).isPresent();
    }

    @Test
    void searchShouldLookAtSoManyAgentsAndTellWhereToGoOn() {
        manySay("hay", 1, AgentRegistry.SEARCHED_MAX);
        says(9_000, "needle", null, "many");
        for (String tag : List.of("", "many")) {
            RegistryPage none = search(tag, "needle", 0, 10);
            assertThat(none.agents()).isEmpty();
            RegistryPage rest = search(tag, "needle", none.nextAfterSeq().orElseThrow(), 10);
            assertThat(addresses(rest)).containsExactly(address(9_000));
            assertThat(rest.nextAfterSeq()).isEmpty();
        }
    }

    @Test
    void searchShouldFindTheLastOfThoseThatItLooksAt() {
        manySay("hay", 1, AgentRegistry.SEARCHED_MAX - 1);
        says(9_000, "needle", null);
        assertThat(addresses(search("", "needle", 0, 10))).containsExactly(address(9_000));
    }

    @Test
    void whatIsLookedForShouldBeAsLongAsItMayInCharacters() {
        AgentFilter longest = AgentFilter.checked("😀".repeat(40), "😀".repeat(100));
        assertThat(longest).isEqualTo(new AgentFilter("😀".repeat(40), "😀".repeat(100)));
        assertThat(AgentFilter.checked("", "")).isEqualTo(AgentFilter.NONE);
        assertThatThrownBy(() -> AgentFilter.checked("x".repeat(41), ""))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'tag' has 41");
        assertThatThrownBy(() -> AgentFilter.checked("", "x".repeat(101)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'q' has 101");
    }

    @Test
    void everyPageShouldBeMeasuredAndNoReadLoggedWhereReadsAreNot() {
        says(1, "a", null);
        int records = storage.history().size();
        search("", "a", 0, 1);
        registry.list(READER, AgentFilter.NONE, 0, 1);
        registry.agent(READER, address(1));
        // Whatever was noted before would be there by then.
        running.leave(registered(2));
        assertThat(storage.history()).hasSize(records + 1);
        assertThat(listed).hasSize(2).allMatch(took -> !took.isNegative() && took.compareTo(Duration.ofMinutes(2)) < 0);
    }
}
