package dev.myriad.compat.spring;

import dev.myriad.channels.ConnectResult;
import dev.myriad.spring.SocketConfigurer;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may connect. */
@Configuration(proxyBeanMethods = false)
class Sockets {
    @Bean
    SocketConfigurer guests() {
        return SocketConfigurer.at(
                "/guest",
                socket ->
                        socket.longPoll()
                                .connect(
                                        (params, _) ->
                                                ConnectResult.ok(
                                                        Map.of(
                                                                "name",
                                                                params.getOrDefault(
                                                                        "name", "a guest")))));
    }

    @Bean
    SocketConfigurer hosts(@Value("${rooms.key}") String key) {
        return SocketConfigurer.at(
                "/host",
                socket ->
                        socket.connect(
                                (_, info) ->
                                        info.authToken().filter(key::equals).isPresent()
                                                ? ConnectResult.ok(Map.of("name", "the host"))
                                                : ConnectResult.refused("not a host")));
    }
}
