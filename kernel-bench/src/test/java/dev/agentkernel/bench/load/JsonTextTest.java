package dev.agentkernel.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void textShouldFindTheMember() {
        String json = "{\"agent_address\" : \"tab_1\",\n \"agent_token\":\"at_live_2\"}";

        assertThat(JsonText.text(json, "agent_address")).isEqualTo("tab_1");
        assertThat(JsonText.text(json, "agent_token")).isEqualTo("at_live_2");
    }

    @Test
    void textShouldBeEmptyWhenTheMemberIsAbsentOrNull() {
        assertThat(JsonText.text("{\"next_cursor\":null,\"total\":3}", "next_cursor"))
                .isEmpty();
        assertThat(JsonText.text("{\"my_next_cursor\":\"x\"}", "next_cursor")).isEmpty();
    }
}
