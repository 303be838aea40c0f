package dev.myriad.compat.desk;

import dev.myriad.channels.ConnectResult;
import java.time.Instant;
import java.util.Map;

/** What a token says: who has it, and until when. Immutable. */
record Pass<U extends User>(U user, Instant until) {
    /** Lets a connection in until the pass expires; a renewed one has to have the same id. */
    ConnectResult connect() {
        String id =
                switch (user) {
                    case User.Customer customer -> "customers:" + customer.ticket();
                    case User.Agent agent -> "agents:" + agent.name();
                };
        return ConnectResult.ok(Map.of("user", user)).id(id).expiresAt(until);
    }
}
