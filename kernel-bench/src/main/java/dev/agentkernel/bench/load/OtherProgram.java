package dev.agentkernel.bench.load;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A program that measures something for as long as a round lasts, and prints the rate per second as its last line.
 *
 * @param command what the shell runs
 */
record OtherProgram(String command) {

    double perSecond() {
        try {
            Process process = new ProcessBuilder(List.of("sh", "-c", command))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            if (status != 0) {
                throw new BenchmarkFailure("\"" + command + "\" ended with status " + status);
            }
            return Double.parseDouble(output.substring(output.lastIndexOf('\n') + 1));
        } catch (IOException failure) {
            throw new BenchmarkFailure("\"" + command + "\" cannot be run: " + failure.getMessage(), failure);
        } catch (NumberFormatException failure) {
            throw new BenchmarkFailure("the last line of \"" + command + "\" is not a number", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while \"" + command + "\" ran", interrupted);
        }
    }
}
