package dev.agentkernel.app.webhooks;

import dev.agentkernel.api.lifecycle.StartOrder;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.webhooks.NameResolver;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.WebhookUrlSettings;
import dev.agentkernel.webhooks.delivery.DeliveryListener;
import dev.agentkernel.webhooks.delivery.DeliverySettings;
import dev.agentkernel.webhooks.delivery.DeliveryWorker;
import dev.agentkernel.webhooks.delivery.WebhookCalls;
import dev.agentkernel.webhooks.exchange.ExchangeSettings;
import dev.agentkernel.webhooks.exchange.WebhookExchange;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Checks, calls and, unless another process does, serves the webhooks of agents. */
@Configuration(proxyBeanMethods = false)
public class WebhookConfiguration {

    /** The most resolutions that may be under way; one for each exchange unless there are very many. */
    private static final int RESOLUTIONS_MAX = 256;

    @Bean
    WebhookUrlGuard webhookUrlGuard(KernelProperties properties) {
        WebhookUrlSettings defaults = WebhookUrlSettings.defaults();
        KernelProperties.Webhook webhook = properties.webhook();
        WebhookUrlSettings settings = new WebhookUrlSettings(
                webhook.allowHttp(),
                webhook.allowPrivateAddresses(),
                webhook.ports(),
                defaults.urlBytesMax(),
                defaults.resolutionTimeout(),
                Math.clamp(webhook.maxConcurrent(), defaults.resolutionsMax(), RESOLUTIONS_MAX));
        return new WebhookUrlGuard(settings, NameResolver.ofSystem());
    }

    @Bean(destroyMethod = "close")
    WebhookExchange webhookExchange(KernelProperties properties) {
        KernelProperties.Webhook webhook = properties.webhook();
        ExchangeSettings settings =
                ExchangeSettings.defaults().within(webhook.connectTimeout(), webhook.exchangeTimeout());
        return new WebhookExchange(settings, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    @Bean
    WebhookCalls webhookCalls(WebhookUrlGuard guard, WebhookExchange exchange, InstantSource clock) {
        return new WebhookCalls(guard, exchange, clock);
    }

    /** The part that pushes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "kernel.webhook.deliver", matchIfMissing = true)
    static class Delivery {

        @Bean
        DeliveryMetrics deliveryMetrics(MeterRegistry registry) {
            return new DeliveryMetrics(registry);
        }

        /** Stopped by its lifecycle before, and by the container in any case. */
        @Bean(destroyMethod = "close")
        DeliveryWorker deliveryWorker(
                KernelProperties properties,
                WebhookCalls calls,
                Kernel kernel,
                Presence presence,
                Wakeups wakeups,
                InstantSource clock,
                List<DeliveryListener> listeners) {
            return new DeliveryWorker(
                    settingsOf(properties.webhook()),
                    calls,
                    new DeliveryWorker.Surroundings(
                            kernel.outbox(),
                            kernel.rateLimits(),
                            presence,
                            wakeups,
                            clock,
                            DeliveryListener.all(listeners)));
        }

        @Bean
        SmartLifecycle deliveryLifecycle(DeliveryWorker worker) {
            return StartOrder.DELIVERY.of(worker::start, worker::close);
        }

        @Bean
        MeterBinder deliveryGauges(DeliveryWorker worker) {
            return DeliveryMetrics.gaugesOf(worker);
        }

        private static DeliverySettings settingsOf(KernelProperties.Webhook webhook) {
            DeliverySettings defaults = DeliverySettings.defaults();
            return new DeliverySettings(
                    webhook.maxConcurrent(),
                    webhook.maxPerHost(),
                    webhook.maxSharePerOperator(),
                    webhook.slowAfter(),
                    webhook.maxSlow(),
                    webhook.retries(),
                    defaults.jitter(),
                    webhook.retryAfterMax(),
                    webhook.circuitFailures(),
                    webhook.circuitOpen(),
                    defaults.lookEvery(),
                    defaults.stopWithin());
        }
    }
}
