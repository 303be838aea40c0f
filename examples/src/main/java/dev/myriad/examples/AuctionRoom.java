package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRef;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import java.util.Map;
import java.util.Set;

/** One bidder at one lot, {@code lot:42}. */
public final class AuctionRoom extends Channel {
    record Bid(long euros) {}

    record Question(String text) {}

    private final AuctionHouse house;
    private int bids;

    AuctionRoom(AuctionHouse house) {
        this.house = house;
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        return house.lot(topic)
                .<JoinResult>map(lot -> JoinResult.ok(lot.call(new Lot.Highest())))
                .orElse(JoinResult.error(Map.of("reason", "no such lot")));
    }

    @Override
    protected void joined() {
        subscribe("house:news");
        broadcastFrom("came", Map.of("bidder", bidder()));
    }

    @Override
    protected void handleInfo(Object message) {
        switch (message) {
            case Broadcast(String topic, String event, Payload payload) -> push(event, payload);
            default -> throw new IllegalArgumentException("unexpected " + message);
        }
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return switch (event) {
            case "bid" -> bid(payload.as(Bid.class));
            case "thinking" -> {
                broadcastFrom("thinking", Map.of("bidder", bidder()));
                yield Result.noReply();
            }
            case "ask" -> ask(payload.as(Question.class));
            case "leave" -> {
                stop("goodbye");
                yield Result.ok(Map.of("bids", bids));
            }
            default -> Result.error(Map.of("reason", "unknown event"));
        };
    }

    private Result bid(Bid bid) {
        Lot lot = house.lot(topic()).orElseThrow();
        if (!lot.call(new Lot.Bid(bidder(), bid.euros()))) {
            return Result.error(Map.of("reason", "too low"));
        }
        broadcast("bid", Map.of("bidder", bidder(), "euros", bid.euros()));
        return Result.ok(Map.of("bids", ++bids));
    }

    private Result ask(Question question) {
        SocketRef ref = socketRef();
        house.expert().answer(question.text(), text -> ref.reply("ok", Map.of("text", text)));
        return Result.noReply();
    }

    @Override
    protected Set<String> intercepts() {
        return Set.of("sold");
    }

    @Override
    protected void handleOut(String event, Payload payload) {
        Lot.Offer price = payload.as(Lot.Offer.class);
        push("sold", Map.of("euros", price.euros(), "yours", price.bidder().equals(bidder())));
    }

    @Override
    protected void terminate(ExitReason reason) {
        broadcastFrom("went", Map.of("bidder", bidder()));
    }

    private String bidder() {
        return String.valueOf(assigns().get("bidder"));
    }
}
