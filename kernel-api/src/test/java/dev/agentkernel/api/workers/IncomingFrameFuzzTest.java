package dev.agentkernel.api.workers;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.RefusedException;

/** Whatever a text frame of a worker holds: it says what it wants, or it is refused as a whole or by the name of a field. */
class IncomingFrameFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aFrameIsUnderstoodOrRefused(byte[] utf8) {
        try {
            ask(IncomingFrame.parse(utf8));
        } catch (RefusedException | IncomingFrame.WrongField expected) {
            // The first closes the socket, the second is told to the client.
        }
    }

    /** What a frame is asked for, whatever its type is. */
    private static void ask(IncomingFrame frame) {
        for (Runnable question : new Runnable[] {frame::message, frame::ids, frame::delay, frame::creditWanted}) {
            try {
                question.run();
            } catch (RefusedException expected) {
                // What is missing or out of range is told to the client.
            }
        }
    }
}
