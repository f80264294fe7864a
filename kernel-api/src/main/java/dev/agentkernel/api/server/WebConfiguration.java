package dev.agentkernel.api.server;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.answers.AnswerReturnValues;
import dev.agentkernel.api.errors.ErrorAnswers;
import dev.agentkernel.api.gate.CallerArguments;
import dev.agentkernel.api.gate.ClientAddresses;
import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.gate.RequestGate;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.api.requests.RequestArguments;
import dev.agentkernel.api.requests.WaitingRequests;
import dev.agentkernel.core.Kernel;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Puts the request gate, the argument and answer handling, the errors and the server's settings in place. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    @Bean
    BytesInFlight bytesInFlight(ApiSettings settings) {
        return new BytesInFlight(settings.bytesInFlightMax());
    }

    @Bean
    WaitingRequests waitingRequests(ApiSettings settings) {
        return new WaitingRequests(settings.bytesInFlightMax());
    }

    @Bean
    WebMvcConfigurer contractOfHandlers(
            Kernel kernel, ApiSettings settings, BytesInFlight inFlight, Observers observers) {
        RequestGate gate = new RequestGate(
                kernel.authenticator(), kernel.rateLimits(), new ClientAddresses(settings.trustedProxies()), observers);
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(gate);
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArguments());
                resolvers.add(new RequestArguments(inFlight));
            }

            @Override
            public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
                handlers.add(new AnswerReturnValues());
            }

            @Override
            public void configureHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
                resolvers.add(new ErrorAnswers());
            }
        };
    }

    @Bean
    WebMvcRegistrations contractOfRoutes() {
        return new WebMvcRegistrations() {
            @Override
            public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
                return new ContractRequestMapping();
            }
        };
    }

    /** Before everything else, so that pages of other sites can read errors, too. */
    @Bean
    FilterRegistrationBean<CrossOriginFilter> crossOriginFilter() {
        FilterRegistrationBean<CrossOriginFilter> registration = new FilterRegistrationBean<>(new CrossOriginFilter());
        registration.addUrlPatterns("/*");
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    TomcatForContract tomcatForContract() {
        return new TomcatForContract();
    }

    /** The dispatcher does what this filter would do, once more, for every request. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> registration =
                new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }
}
