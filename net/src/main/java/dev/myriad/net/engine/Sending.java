package dev.myriad.net.engine;

import dev.myriad.net.Budget;

/**
 * Frames for one connection on their way to its shard. Until it comes to them they are charged as
 * what the client does not read: a shard that is held up must not gather more than there is room
 * for. If there is none, the connection is cut off, for frames are never left out.
 */
class Sending extends Command {
    private static final byte[] NOTHING = {};

    /** A command and an array, without its bytes. */
    static final int COMMAND_BYTES = 48;

    private final Wire wire;
    private final byte[] frames;
    private final boolean fits;

    Sending(Wire wire, byte[] frames) {
        this.wire = wire;
        this.fits = frames.length == 0 || outbound(wire).pass(frames.length + COMMAND_BYTES);
        this.frames = fits ? frames : NOTHING;
    }

    private static Budget outbound(Wire wire) {
        return wire.shard().outbound();
    }

    @Override
    protected final void run() {
        if (!fits) {
            wire.cutOff();
        } else if (frames.length > 0) {
            boolean _ = outbound(wire).move(frames.length + COMMAND_BYTES, 0);
            wire.sendNow(frames);
        }
        sent();
    }

    /** What is to be done behind it. */
    protected void sent() {}
}
