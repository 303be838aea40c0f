package dev.myriad.bench;

/**
 * Closed loop: each client sends its next echo when the last one has come back. Confined to its
 * client thread.
 */
final class EchoLoop implements ClientThread.Echoes {
    private final ClientThread thread;
    private final Stamp echo;
    private final int first;
    private final int[] refs;
    private final long[] sentAt;
    private boolean running;
    private int outstanding;

    EchoLoop(ClientThread thread, Plan plan) {
        this.thread = thread;
        this.echo = plan.messages().echo(0);
        this.first = thread.rings().getFirst().client(0);
        int clients = thread.rings().stream().mapToInt(ClientRing::clients).sum();
        this.refs = new int[clients];
        this.sentAt = new long[clients];
        thread.echoes(this);
    }

    void start() {
        running = true;
        for (ClientRing ring : thread.rings()) {
            for (int slot = 0; slot < ring.clients(); slot++) {
                ring.noDelay(slot);
                send(ring, slot);
            }
        }
    }

    /** Sends nothing more. */
    void stop() {
        running = false;
    }

    /** Echoes that have not come back. */
    int outstanding() {
        return outstanding;
    }

    private void send(ClientRing ring, int slot) {
        int client = ring.client(slot) - first;
        refs[client] = (refs[client] + 1) % Messages.ECHO_REFS;
        outstanding++;
        sentAt[client] = System.nanoTime();
        ring.send(slot, echo.with(Messages.ECHO_REF + refs[client]));
    }

    @Override
    public void echoed(ClientRing ring, int slot, int ref) {
        int client = ring.client(slot) - first;
        if (ref != Messages.ECHO_REF + refs[client]) {
            thread.counts().add(Count.UNEXPECTED, 1);
            return;
        }
        outstanding--;
        thread.recordMicros(System.nanoTime() - sentAt[client]);
        if (running) {
            send(ring, slot);
        }
    }
}
