package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicRule;
import java.util.Map;

/** A chat that runs on as many nodes as are started; each says how many others it sees. */
public final class ManyNodes {
    private ManyNodes() {}

    /** A room, whose people may be connected to different nodes. */
    static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected void joined() {
            track(socket().peer().toString(), Map.of());
        }

        @Override
        protected Result handleIn(String event, Payload message) {
            broadcast(event, message);
            return Result.noReply();
        }
    }

    /** A table that its clients write to, on whatever node they are. */
    static final class Board extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload message) {
            return Result.error(Map.of("reason", "a board knows state_put, state_cas and so on"));
        }
    }

    /** A node. */
    public static Endpoint start(String nats, String name, int port) {
        return Endpoint.builder()
                .port(port)
                .cluster(NatsCluster.at(nats).name("chat").node(name).build())
                .topics(
                        "room:*",
                        rule -> rule.history(HistoryRule.last(100)).presence(PresenceRule.full()))
                .topics("board:*", rule -> rule.state(StateRule.keyed().writtenByClients()))
                .topics("load", rule -> rule.history(HistoryRule.last(60)).ofEachNode())
                .topics("ticker:*", TopicRule::tellingGaps)
                .socket(
                        "/socket",
                        socket ->
                                socket.channel("room:*", Room::new).channel("board:*", Board::new))
                .start();
    }

    static void main(String[] arguments) throws InterruptedException {
        String name = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        try (Endpoint node = start("nats://127.0.0.1:4222", name, port)) {
            while (node.isReady()) {
                node.cluster()
                        .ifPresent(
                                seen ->
                                        IO.println(
                                                "others: "
                                                        + seen.others()
                                                        + ", lost: "
                                                        + seen.lost()));
                Thread.sleep(5_000);
            }
        }
    }
}
