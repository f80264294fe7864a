package dev.agentkernel.bench.webhooks;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key and a self-signed certificate for many loopback addresses, made by the JDK's keytool; the kernel is told to trust it. */
final class ReceiverIdentity {

    /** How many addresses the certificate is for: the kernel makes few calls to one host at once. */
    static final int HOSTS = 100;

    private static final String PASSWORD = "changeit";

    private final Path file;

    private ReceiverIdentity(Path file) {
        this.file = file;
    }

    /** An address that the certificate is for. */
    static String host(int number) {
        return "127.0.1." + (1 + number % HOSTS);
    }

    /** Makes an identity in a file. */
    static ReceiverIdentity create(Path file) {
        String addresses = IntStream.range(0, HOSTS)
                .mapToObj(number -> "ip:" + host(number))
                .collect(Collectors.joining(","));
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try {
            Process process = new ProcessBuilder(List.of(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "receiver",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=receiver",
                            "-ext",
                            "san=" + addresses,
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new BenchmarkFailure("keytool made no key store; it needs a JDK");
            }
        } catch (IOException failure) {
            throw new BenchmarkFailure("keytool made no key store; it needs a JDK: " + failure, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while a key was made", stop);
        }
        return new ReceiverIdentity(file);
    }

    /** What a JVM that shall trust it is started with: whoever holds a key store that names the certificate as trusted. */
    List<String> trusting() {
        Path trusted = file.resolveSibling("trusted.p12");
        try (var out = Files.newOutputStream(trusted)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("receiver", keys().getCertificate("receiver"));
            store.store(out, PASSWORD.toCharArray());
        } catch (IOException | GeneralSecurityException failure) {
            throw new BenchmarkFailure("the certificate cannot be written: " + failure, failure);
        }
        return List.of(
                "-Djavax.net.ssl.trustStore=" + trusted,
                "-Djavax.net.ssl.trustStoreType=PKCS12",
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** For servers that show it. */
    SSLContext context() {
        try {
            KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(keys(), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new BenchmarkFailure("the key cannot be used: " + failure, failure);
        }
    }

    private KeyStore keys() {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        } catch (IOException | GeneralSecurityException failure) {
            throw new BenchmarkFailure("the key cannot be read: " + failure, failure);
        }
    }
}
