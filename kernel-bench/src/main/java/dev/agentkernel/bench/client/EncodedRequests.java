package dev.agentkernel.bench.client;

import java.nio.ByteBuffer;
import java.util.List;

/** Gives a fixed list of requests in order, over and over, each encoded once beforehand. */
public final class EncodedRequests implements RequestSource {
    private final byte[][] encoded;
    private final int requestBytesMax;
    private int cursor;

    /** Encodes the requests, of which there must be at least one. */
    public EncodedRequests(List<Request> requests) {
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("a source of requests needs at least one request");
        }
        encoded = requests.stream().map(Request::encode).toArray(byte[][]::new);
        int longest = 0;
        for (byte[] request : encoded) {
            longest = Math.max(longest, request.length);
        }
        requestBytesMax = longest;
    }

    @Override
    public void next(ByteBuffer out) {
        out.put(encoded[cursor]);
        cursor = cursor + 1 == encoded.length ? 0 : cursor + 1;
    }

    @Override
    public int requestBytesMax() {
        return requestBytesMax;
    }
}
