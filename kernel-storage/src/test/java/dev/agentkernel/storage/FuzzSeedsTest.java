package dev.agentkernel.storage;

import dev.agentkernel.core.fuzzing.FuzzSeeds;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FuzzSeedsTest {

    @TestFactory
    List<DynamicTest> whatIsWorthTryingIsTakenAsItShouldBe() throws ReflectiveOperationException {
        return FuzzSeeds.ofTheModuleOf(getClass());
    }
}
