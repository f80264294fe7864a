package dev.agentkernel.api.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {

    @ParameterizedTest
    @CsvSource({
        "prefix=a, a",
        "x=1&prefix=a%26b, a&b",
        "prefix=a=b, a=b",
        "prefix=first&prefix=second, first",
        "myprefix=no&prefix=yes, yes",
        "&&prefix=a&, a",
        "prefix=%25_%5C, %_\\",
    })
    void textShouldFindTheFirstOfItsName(String query, String expected) {
        assertThat(new QueryParameters(query).text("prefix")).contains(expected);
    }

    @Test
    void textShouldBeEmptyWhenThereIsNone() {
        assertThat(new QueryParameters(null).text("prefix")).isEmpty();
        assertThat(new QueryParameters("").text("prefix")).isEmpty();
        assertThat(new QueryParameters("prefi=1&prefixx=2&=3").text("prefix")).isEmpty();
        assertThat(new QueryParameters("prefix").text("prefix")).contains("");
        assertThat(new QueryParameters("prefix=").text("prefix")).contains("");
    }

    @Test
    void textShouldRefuseWhatIsBrokenAndOnlyWhenItIsAskedFor() {
        QueryParameters query = new QueryParameters("prefix=%FF&other=a");

        assertThat(query.text("other")).contains("a");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> query.text("prefix"))
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("'prefix'"));
    }

    @ParameterizedTest
    @CsvSource({"limit=1, 1", "limit=100, 100", "limit=%31, 1", "limit=007, 7"})
    void limitShouldTakeNumbersInRange(String query, int expected) {
        assertThat(new QueryParameters(query).limit(50, 100)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "limit",
                "limit=",
                "limit=0",
                "limit=101",
                "limit=-1",
                "limit=abc",
                "limit=1.5",
                "limit=1e1",
                "limit=99999999999999999999",
                "limit=%FF",
                "limit=%",
                "limit=+1",
                "limit=0x10"
            })
    void limitShouldFallBackWhenItIsNone(String query) {
        assertThat(new QueryParameters(query).limit(50, 100)).isEqualTo(50);
    }
}
