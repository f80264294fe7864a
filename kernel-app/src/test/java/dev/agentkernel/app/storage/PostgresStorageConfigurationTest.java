package dev.agentkernel.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresStorageConfigurationTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/kernel, jdbc:postgresql://db:5432/kernel",
        "jdbc:postgresql://db/kernel?user=u&password=secret, jdbc:postgresql://db/kernel",
        "jdbc:postgresql://u:secret@db/kernel, jdbc:postgresql://db/kernel",
        "jdbc:postgresql://u:s@cret@db/kernel, jdbc:postgresql://db/kernel",
    })
    void placeShouldNotShowAPassword(String url, String place) {
        assertThat(PostgresStorageConfiguration.placeOf(url)).isEqualTo(place);
    }
}
