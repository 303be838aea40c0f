package dev.myriad.spring;

import dev.myriad.channels.Endpoint;

/**
 * Has the last word on how the endpoint is made: a bean, called once, after the properties {@code
 * myriad.*} and the sockets. Several are called in their {@code @Order}.
 */
@FunctionalInterface
public interface EndpointCustomizer {
    void customize(Endpoint.Builder builder);
}
