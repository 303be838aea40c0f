package dev.myriad.examples;

import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.Process;
import dev.myriad.process.Request;

/** Something that is sold to whoever bids most: one process for each, so bids come one by one. */
public final class Lot extends Process {
    /** Offers money; the answer says whether it is the highest offer now. */
    public record Bid(String bidder, long euros) implements Request<Boolean> {}

    /** Asks for the highest offer. */
    public record Highest() implements Request<Offer> {}

    /** Ends the auction; the answer is who has won. */
    public record Hammer() implements Request<Offer> {}

    /** What somebody would pay. */
    public record Offer(String bidder, long euros) {}

    private Offer highest = new Offer("nobody", 0);
    private boolean sold;

    @Override
    protected void handle(Object message) {
        switch (message) {
            case Call(Bid(String bidder, long euros), Caller caller) -> {
                boolean higher = !sold && euros > highest.euros();
                if (higher) {
                    highest = new Offer(bidder, euros);
                }
                caller.reply(higher);
            }
            case Call(Highest _, Caller caller) -> caller.reply(highest);
            case Call(Hammer _, Caller caller) -> {
                sold = true;
                caller.reply(highest);
            }
            default -> throw new IllegalArgumentException("a lot cannot " + message);
        }
    }
}
