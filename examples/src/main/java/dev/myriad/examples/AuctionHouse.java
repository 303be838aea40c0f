package dev.myriad.examples;

import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Auctions: what is for sale, and the endpoint through which it is sold. Thread-safe. */
public final class AuctionHouse {
    /** Somebody who knows, and takes a while. */
    @FunctionalInterface
    interface Expert {
        void answer(String question, Consumer<String> answer);
    }

    private final Map<String, Lot> lots = new ConcurrentHashMap<>();
    private final Expert expert;

    AuctionHouse(Expert expert) {
        this.expert = expert;
    }

    Expert expert() {
        return expert;
    }

    /** Puts up a lot, {@code lot:42}. */
    void offer(String name) {
        lots.put(name, new Lot());
    }

    Optional<Lot> lot(String name) {
        return Optional.ofNullable(lots.get(name));
    }

    void routes(SocketRoutes socket) {
        socket.connect(
                        (params, info) -> {
                            String bidder = params.getOrDefault("bidder", "");
                            return bidder.isEmpty()
                                    ? ConnectResult.refused("who are you?")
                                    : ConnectResult.ok(Map.of("bidder", bidder))
                                            .id("bidders:" + bidder);
                        })
                .channel(
                        "lot:*",
                        () -> new AuctionRoom(this),
                        route -> route.handlerTimeout(Duration.ofSeconds(5)));
    }

    Endpoint.Builder endpoint() {
        return Endpoint.builder()
                .limits(
                        Limits.DEFAULT
                                .with(Limit.CONNECTIONS_MAX, 50_000)
                                .with(Limit.CHANNELS_PER_CONNECTION_MAX, 20))
                .socket("/auction", this::routes)
                .socket("/echo", socket -> socket.channel("room:*", EchoChat::new))
                .http(AuctionHouse::page);
    }

    private static HttpAnswer page(HttpQuestion question) {
        return question.path().equals("/health")
                ? HttpAnswer.text(200, "ok\n")
                : HttpAnswer.text(404, "not found\n");
    }

    /** Sells a lot, and tells everybody who is there. */
    void sell(Endpoint endpoint, String name) {
        Lot.Offer price = lot(name).orElseThrow().call(new Lot.Hammer());
        endpoint.broadcast(name, "sold", price);
        endpoint.broadcast("house:news", "news", Map.of("text", name + " is sold"));
    }

    /** Throws a bidder out, from all connections. */
    void ban(Endpoint endpoint, String bidder) {
        endpoint.disconnect("bidders:" + bidder);
    }

    /** Writes a journal of a lot's bids, for as long as the program runs. */
    static void journal(Endpoint endpoint, String name, Consumer<String> journal) {
        endpoint.subscribe(
                name,
                (Broadcast message) -> {
                    if (message.event().equals("bid")) {
                        journal.accept(line(message.payload()));
                    }
                });
    }

    private static String line(Payload bid) {
        Lot.Offer offer = bid.as(Lot.Offer.class);
        return offer.bidder() + " bids " + offer.euros();
    }

    static void main() {
        AuctionHouse house =
                new AuctionHouse((question, answer) -> answer.accept("It is genuine."));
        house.offer("lot:42");
        Endpoint endpoint = house.endpoint().port(4000).start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        journal(endpoint, "lot:42", line -> IO.println(line));
    }
}
