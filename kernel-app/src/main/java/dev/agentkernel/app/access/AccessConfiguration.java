package dev.agentkernel.app.access;

import dev.agentkernel.api.gate.ObserverSessions;
import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.gate.Observers.Audience;
import dev.agentkernel.app.secrets.AdminToken;
import dev.agentkernel.app.secrets.ObservationToken;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.auth.KernelSecret;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/**
 * Lets only the administrator at the paths of administration. Spring Security's filters run for these paths and no others: what
 * agents and observers call is guarded by the request gate of the API, at a third of the cost.
 */
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {

    private static final String[] PATHS = {"/admin", "/admin/**"};
    private static final String[] SERVLET_PATHS = {"/admin/*"};

    @Bean
    Observers observers(
            KernelProperties properties,
            ObservationToken token,
            KernelSecret secret,
            InstantSource clock,
            Environment environment) {
        Audience audience = ObservationAccess.audienceOf(
                properties.observation().access(), environment.getProperty("server.address", ""));
        return new Observers(audience, token::is, new ObserverSessions(token.sessionKey(secret), clock));
    }

    @Bean
    SecurityFilterChain guardedPaths(HttpSecurity http, AdminToken adminToken) {
        return http.securityMatcher(PATHS)
                .authorizeHttpRequests(requests -> requests.anyRequest().hasRole(AdminTokenFilter.ROLE))
                .addFilterBefore(new AdminTokenFilter(adminToken), AuthorizationFilter.class)
                // The error page of the API gives the refusal its form.
                .exceptionHandling(failures -> failures.authenticationEntryPoint(
                        (request, response, unknown) -> response.sendError(HttpServletResponse.SC_UNAUTHORIZED)))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // No cookies and no browser logins: there is nothing that another site could abuse.
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Spring Boot's own registration, which is excluded, would put the filters before every path. */
    @Bean
    DelegatingFilterProxyRegistrationBean securityFilterForGuardedPaths() {
        DelegatingFilterProxyRegistrationBean registration =
                new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
        registration.addUrlPatterns(SERVLET_PATHS);
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER);
        return registration;
    }

    /** Spring Security's observations cost each request more than all the rest of it. */
    @Bean
    SecurityObservationSettings noSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }
}
