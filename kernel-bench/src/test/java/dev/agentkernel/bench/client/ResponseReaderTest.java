package dev.agentkernel.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {
    private static final String FIXED =
            "HTTP/1.1 202 \r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n";

    private final ResponseReader reader = new ResponseReader();

    @Test
    void readShouldFindTheEndWhenTheLengthIsGiven() throws Exception {
        ByteBuffer bytes = bytes(FIXED + "HTTP/1.1 ");

        assertThat(reader.read(bytes)).isTrue();

        assertThat(reader.status()).isEqualTo(202);
        assertThat(reader.bodyBytes()).isEqualTo(5);
        assertThat(bytes.remaining()).as("the next response is left alone").isEqualTo("HTTP/1.1 ".length());
    }

    @Test
    void readShouldFindTheEndWhenTheBodyComesInChunks() throws Exception {
        ByteBuffer bytes = bytes(CHUNKED);

        assertThat(reader.read(bytes)).isTrue();

        assertThat(reader.status()).isEqualTo(200);
        assertThat(reader.bodyBytes()).isEqualTo(15);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void readShouldFindTheSameEndWhereverTheBytesAreSplit() throws Exception {
        for (String response : new String[] {FIXED, CHUNKED}) {
            for (int split = 1; split < response.length(); split++) {
                reader.reset();
                assertThat(reader.read(bytes(response.substring(0, split))))
                        .as("complete after %d bytes of %s", split, response)
                        .isFalse();
                assertThat(reader.started()).isTrue();
                assertThat(reader.read(bytes(response.substring(split)))).isTrue();
            }
        }
    }

    @Test
    void readShouldFindTheEndWhenEveryByteComesAlone() throws Exception {
        int complete = 0;
        for (byte next : CHUNKED.getBytes(StandardCharsets.UTF_8)) {
            complete += reader.read(ByteBuffer.wrap(new byte[] {next})) ? 1 : 0;
        }

        assertThat(complete).as("complete at the last byte only").isEqualTo(1);
        assertThat(reader.bodyBytes()).isEqualTo(15);
    }

    @Test
    void readShouldReadOneResponseAfterTheOtherWhenReset() throws Exception {
        ByteBuffer bytes = bytes(FIXED + CHUNKED + FIXED);

        int count = 0;
        while (bytes.hasRemaining()) {
            reader.reset();
            assertThat(reader.read(bytes)).isTrue();
            count++;
        }

        assertThat(count).isEqualTo(3);
    }

    @Test
    void errorBodyShouldBeKeptWhenTheStatusIsAnError() throws Exception {
        reader.read(bytes("HTTP/1.1 429 Too Many\r\nContent-Length: 23\r\n\r\n{\"error\":\"rate_limited\"}"));

        assertThat(reader.status()).isEqualTo(429);
        assertThat(reader.errorBody()).startsWith("{\"error\":\"rate_limited");

        reader.reset();
        reader.read(bytes(FIXED));
        assertThat(reader.errorBody()).isEmpty();
    }

    @Test
    void errorBodyShouldBeCutWhenItIsLong() throws Exception {
        reader.read(bytes("HTTP/1.1 500 x\r\nContent-Length: 9000\r\n\r\n" + "e".repeat(9000)));

        assertThat(reader.errorBody()).hasSize(512);
        assertThat(reader.bodyBytes()).isEqualTo(9000);
    }

    @Test
    void readShouldExpectNoBodyWhenTheStatusHasNone() throws Exception {
        assertThat(reader.read(bytes("HTTP/1.1 204 \r\n\r\n"))).isTrue();
        reader.reset();
        assertThat(reader.read(bytes("HTTP/1.1 304 \r\nETag: \"1\"\r\n\r\n"))).isTrue();
        reader.reset();
        assertThat(reader.read(bytes("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n")))
                .isTrue();
    }

    @Test
    void readShouldPassOverInterimAnswers() throws Exception {
        assertThat(reader.read(bytes("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + FIXED)))
                .isTrue();

        assertThat(reader.status()).isEqualTo(202);
    }

    @Test
    void closingShouldBeTrueOnlyWhenTheServerSaysSo() throws Exception {
        reader.read(bytes("HTTP/1.1 200 \r\nConnection: Close\r\nContent-Length: 0\r\n\r\n"));
        assertThat(reader.closing()).isTrue();

        reader.reset();
        reader.read(bytes("HTTP/1.1 200 \r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
        assertThat(reader.closing()).isFalse();
    }

    @Test
    void readShouldFailWhenTheBytesAreNoResponse() {
        assertMalformed("SSH-2.0-OpenSSH_9\r\n", "status line");
        assertMalformed("HTTP/1.1 2x0 OK\r\n", "three digits");
        assertMalformed("HTTP/1.1 200 OK\r\n\r\n", "neither Content-Length nor chunks");
        assertMalformed("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "not a number");
        assertMalformed("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", "longer than its size");
        assertMalformed("HTTP/1.1 200 " + "x".repeat(20_000), "longer than 16384 bytes");
    }

    private void assertMalformed(String response, String message) {
        reader.reset();
        assertThatExceptionOfType(MalformedResponseException.class)
                .isThrownBy(() -> reader.read(bytes(response)))
                .withMessageContaining(message);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
