package dev.agentkernel.api.docs;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Serves the documentation alone, for its tests and for looking at the page while working on it. */
@SpringBootApplication
public class DocumentationApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(DocumentationApplication.class, arguments);
    }
}
