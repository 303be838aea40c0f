package dev.myriad.spring;

import dev.myriad.channels.SocketRoutes;
import java.util.function.Consumer;

/**
 * A socket of the endpoint: who may connect to it, from which pages, and how. It is a bean, called
 * once when the endpoint is made. A socket that only has channels with a {@link ChannelMapping}
 * needs none.
 *
 * <pre>{@code
 * @Bean
 * SocketConfigurer customers(Customers customers) {
 *     return SocketConfigurer.at("/customer", socket -> socket.connect(customers::connect));
 * }
 * }</pre>
 */
public interface SocketConfigurer {
    /** Where clients find it: they connect to this path and {@code /websocket}. */
    default String path() {
        return ChannelMapping.DEFAULT_SOCKET;
    }

    /** Says what the socket does. Channels that it adds come before those that are mapped. */
    void configure(SocketRoutes socket);

    /** A socket at a path. */
    static SocketConfigurer at(String path, Consumer<SocketRoutes> configurer) {
        return new SocketConfigurer() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public void configure(SocketRoutes socket) {
                configurer.accept(socket);
            }
        };
    }
}
