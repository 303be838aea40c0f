package dev.myriad.channels;

import dev.myriad.net.Upgrade;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.RequestHead;

/**
 * One client that wants to connect to a socket that asks user code, which may block. It is a
 * process and not a thread, so that the scheduler gives each its turn when very many connect at
 * once. All of it happens in that process.
 */
final class Connecting extends Process {
    /** The process, and the thread that user code may hold while it waits. */
    private static final int PROCESS_BYTES = 1 << 10;

    private final Gate gate;
    private final Mount mount;
    private final RequestHead request;
    private final Upgrade upgrade;

    Connecting(Gate gate, Mount mount, RequestHead request, Upgrade upgrade) {
        this.gate = gate;
        this.mount = mount;
        this.request = request;
        this.upgrade = upgrade;
    }

    @Override
    protected void started() {
        gate.answer(mount, request, upgrade);
        exit(ExitReason.NORMAL);
    }

    Upgrade upgrade() {
        return upgrade;
    }

    /** Roughly what it costs until it has been answered. */
    int bytes() {
        return PROCESS_BYTES + request.length();
    }

    /** However it ended, the client is answered; after an answer this does nothing. */
    @Override
    protected void terminated(ExitReason reason) {
        gate.connected(this);
        upgrade.refuse(500, "internal error");
    }

    @Override
    protected void handle(Object message) {}

    @Override
    protected String name() {
        return "connect of " + mount.front().path();
    }
}
