package dev.myriad.net;

/**
 * Where and how to listen. Immutable.
 *
 * @param port 0 = any free one
 * @param shards event loops; as many as cores is right
 * @param trustedProxies the proxies whose word on the address of a client counts
 * @param memory what clients may make it hold, shared with what else they may reach
 */
public record NetConfig(
        String host,
        int port,
        int shards,
        Limits limits,
        TrustedProxies trustedProxies,
        Memory memory) {
    public NetConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (shards < 1) {
            throw new IllegalArgumentException("not a number of shards: " + shards);
        }
    }

    /** With a memory of its own. */
    public NetConfig(
            String host, int port, int shards, Limits limits, TrustedProxies trustedProxies) {
        this(host, port, shards, limits, trustedProxies, Memory.of(limits));
    }

    /** Trusts no proxy. */
    public NetConfig(String host, int port, int shards, Limits limits) {
        this(host, port, shards, limits, TrustedProxies.NONE);
    }

    public static NetConfig of(String host, int port) {
        return new NetConfig(
                host, port, Runtime.getRuntime().availableProcessors(), Limits.DEFAULT);
    }

    public NetConfig withLimits(Limits limits) {
        return new NetConfig(host, port, shards, limits, trustedProxies);
    }

    public NetConfig withTrustedProxies(TrustedProxies trustedProxies) {
        return new NetConfig(host, port, shards, limits, trustedProxies, memory);
    }
}
