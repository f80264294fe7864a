package dev.agentkernel.api.observe;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.core.limits.RateCategory;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import tools.jackson.core.JsonGenerator;

/** Says which component will come to its limit first, and what to do. */
@Controller
class ScalingController {

    private final Scaling scaling;

    ScalingController(ObjectProvider<Scaling> scaling) {
        this.scaling = scaling.getIfAvailable(() -> List::of);
    }

    @GetMapping("/observe/scaling")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer scaling() {
        List<Scaling.Component> components = scaling.components();
        return Answer.ok(json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("components");
                    components.forEach(component -> write(component, json));
                    json.writeEndArray();
                    json.writeEndObject();
                })
                .asSecret();
    }

    private static void write(Scaling.Component component, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("component", component.name());
        json.writeStringProperty("signal", component.signal());
        json.writeStringProperty("unit", component.unit());
        Double value = component.value();
        if (value == null) {
            json.writeNullProperty("value");
        } else {
            json.writeNumberProperty("value", value);
        }
        json.writeNumberProperty("watch_from", component.watchFrom());
        json.writeNumberProperty("ceiling", component.ceiling());
        json.writeStringProperty("verdict", component.verdict().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("next_step", component.nextStep());
        json.writeEndObject();
    }
}
