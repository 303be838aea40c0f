package dev.myriad.bench;

/** A server's memory, in bytes, before something and its highest value meanwhile. One thread's. */
final class ResidentPeak {
    private final long before;
    private long peak;

    ResidentPeak(long before) {
        this.before = before;
        this.peak = before;
    }

    void at(long bytes) {
        peak = Math.max(peak, bytes);
    }

    long before() {
        return before;
    }

    long peak() {
        return peak;
    }
}
