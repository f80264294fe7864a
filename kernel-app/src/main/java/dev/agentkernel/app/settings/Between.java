package dev.agentkernel.app.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The range that a property's value must be in, both ends included, written as in a configuration file. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Between {

    /** The least value. */
    String least();

    /** The greatest value. */
    String most();
}
