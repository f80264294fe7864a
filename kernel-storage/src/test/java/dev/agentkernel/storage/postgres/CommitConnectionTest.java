package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.core.storage.FatalStorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Without a database. */
class CommitConnectionTest {

    private final CountDownLatch asked = new CountDownLatch(2);
    private final CommitConnection connection = new CommitConnection(
            () -> {
                asked.countDown();
                throw new SQLException("no database");
            },
            Duration.ofHours(1),
            Duration.ofMillis(1));

    private CompletableFuture<Throwable> settling() {
        return CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> connection.settle(new SQLException("lost"), open -> "an answer")),
                task -> Thread.ofVirtual().start(task));
    }

    @Test
    void whoWaitsToHearOfACommitShouldNotHoldUpTheEnd() throws Exception {
        CompletableFuture<Throwable> outcome = settling();
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

        connection.hurry();

        assertThat(outcome.get(60, TimeUnit.SECONDS))
                .isInstanceOf(FatalStorageException.class)
                .hasMessageContaining("the database did not tell within PT");
    }

    @Test
    void whoBeginsToWaitWhenTheEndIsNearShouldNotWaitForLong() throws Exception {
        connection.hurry();

        assertThat(settling().get(60, TimeUnit.SECONDS)).isInstanceOf(FatalStorageException.class);
    }
}
