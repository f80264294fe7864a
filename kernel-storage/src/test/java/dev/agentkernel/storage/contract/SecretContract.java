package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Secrets: made once, and found again. */
public abstract class SecretContract extends StorageContract {

    @Test
    void secretShouldStayTheSame() throws Exception {
        ByteString secret = kernel.storage().secrets().loadOrCreate("kernel-secret", KernelSecret::generate);
        assertThat(secret.size()).isEqualTo(KernelSecret.BYTES_MIN);
        assertThat(kernel.storage().secrets().loadOrCreate("kernel-secret", KernelSecret::generate))
                .isEqualTo(secret);
        restart();
        assertThat(kernel.storage().secrets().loadOrCreate("kernel-secret", KernelSecret::generate))
                .isEqualTo(secret);
        assertThat(kernel.storage().secrets().loadOrCreate("other", KernelSecret::generate))
                .isNotEqualTo(secret);
    }

    @Test
    void everybodyWhoMakesASecretAtOnceShouldGetTheSame() throws Exception {
        Set<ByteString> got = ConcurrentHashMap.newKeySet();
        Race.Runner making =
                () -> got.add(kernel.storage().secrets().loadOrCreate("admin-token", KernelSecret::generate));
        Race.run(List.of(making, making, making, making));
        assertThat(got).hasSize(1);
    }

    @Test
    void placeShouldNameTheSecretAndNotTellIt() {
        ByteString secret = kernel.storage().secrets().loadOrCreate("kernel-secret", KernelSecret::generate);
        assertThat(kernel.storage().secrets().placeOf("kernel-secret"))
                .contains("kernel-secret")
                .doesNotContain(secret.toHex());
    }
}
