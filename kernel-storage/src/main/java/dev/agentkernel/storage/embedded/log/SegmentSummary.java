package dev.agentkernel.storage.embedded.log;

import java.nio.file.Path;

/**
 * What is known of a segment without reading it.
 *
 * @param firstSeq the number in its name: no public seq in it is lower
 * @param file where it is
 * @param bytes how long it is, durable batches only
 */
public record SegmentSummary(long firstSeq, Path file, long bytes) {}
