package dev.agentkernel.core.storage;

import java.util.function.Function;

/** Where observers read: the storage itself, or a copy that follows it. */
public interface ObservationSource {

    /**
     * Answers a question from one source, whole, so that what was read first and what was read last fit together. It may be asked
     * again, of another source, when the first fails.
     *
     * @throws StorageException if no source can be read at present
     */
    <T> T ask(Function<ObservedStores, T> question);

    /** The storage itself. */
    static ObservationSource of(Storage storage) {
        ObservedStores own = ObservedStores.of(storage);
        return new ObservationSource() {
            @Override
            public <T> T ask(Function<ObservedStores, T> question) {
                return question.apply(own);
            }
        };
    }
}
