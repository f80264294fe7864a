package dev.agentkernel.app.demo;

/** What an agent does through the kernel. */
sealed interface Action {

    /** Who does it. */
    Member by();

    record Send(Member by, String to, String content) implements Action {}

    record Write(Member by, String key, String value) implements Action {}

    record Read(Member by, String key) implements Action {}

    record Delete(Member by, String key) implements Action {}

    /** Looks at the registry. */
    record LookAround(Member by) implements Action {}
}
