package dev.agentkernel.storage.embedded.log;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of segment files: {@code events-<first seq>.jsonl}. */
final class SegmentNames {

    private static final Pattern NAME = Pattern.compile("events-([0-9]+)\\.jsonl");

    private SegmentNames() {}

    /** The name given to a new segment: padded, so that a directory listing shows segments in order. */
    static String of(long firstSeq) {
        return String.format("events-%020d.jsonl", firstSeq);
    }

    /**
     * The number in a segment's name, padded or not; empty when the file is no segment.
     *
     * @throws CorruptLogException when the name is a segment's but its number cannot be a seq
     */
    static OptionalLong firstSeq(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long firstSeq;
        try {
            firstSeq = Long.parseLong(matcher.group(1));
        } catch (NumberFormatException tooLarge) {
            throw new CorruptLogException(file, 0, "a file name with a seq of at most " + Long.MAX_VALUE, tooLarge);
        }
        if (firstSeq < 1) {
            throw new CorruptLogException(file, 0, "a file name with a seq of at least 1");
        }
        return OptionalLong.of(firstSeq);
    }
}
