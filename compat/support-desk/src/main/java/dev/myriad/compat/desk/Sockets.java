package dev.myriad.compat.desk;

import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.compat.desk.Passes.Pass;
import dev.myriad.spring.SocketConfigurer;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may connect where: each kind of users at a socket of its own, with a token of its own. */
@Configuration(proxyBeanMethods = false)
class Sockets {
    @Bean
    SocketConfigurer customers(Passes passes) {
        return SocketConfigurer.at("/customer", socket -> admit(socket, passes::customer));
    }

    @Bean
    SocketConfigurer agents(Passes passes) {
        return SocketConfigurer.at("/agent", socket -> admit(socket, passes::agent));
    }

    private static void admit(SocketRoutes socket, Function<String, Optional<Pass>> passes) {
        socket.connect((_, info) -> check(passes.apply(info.authToken().orElse(""))))
                .renew((token, _) -> check(passes.apply(token)));
    }

    private static ConnectResult check(Optional<Pass> pass) {
        return pass.map(Pass::connect).orElse(ConnectResult.refused("no token of this socket"));
    }
}
