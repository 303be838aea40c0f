package dev.myriad.net.engine;

import dev.myriad.net.Limits;
import java.util.List;
import java.util.Map;

/** How often each limit of a transport was exceeded. Shared by its shards, so thread-safe. */
final class LimitCounters {
    final LimitCounter connections;
    final LimitCounter connectionsPerAddress;
    final LimitCounter messageBytes;
    final LimitCounter headBytes;
    final LimitCounter httpBodyBytes;
    final LimitCounter outboundBytes;
    final LimitCounter handshakeMillis;
    final LimitCounter idleMillis;
    final LimitCounter closeMillis;

    /** Not in {@link Limits}, but bounds that end connections as well. */
    final LimitCounter unfinishedBytes;

    final LimitCounter httpWaitingBytes;

    private final List<LimitCounter> all;

    LimitCounters(Limits limits) {
        connections = LimitCounter.of("connectionsMax", limits.connectionsMax());
        connectionsPerAddress =
                LimitCounter.of("connectionsPerAddressMax", limits.connectionsPerAddressMax());
        messageBytes =
                LimitCounter.of(
                        "messageBytesMax",
                        limits.messageBytesMax(),
                        "frameBytesMax",
                        limits.frameBytesMax());
        headBytes =
                LimitCounter.of(
                        "headBytesMax", limits.headBytesMax(), "headersMax", limits.headersMax());
        httpBodyBytes = LimitCounter.of("httpBodyBytesMax", limits.httpBodyBytesMax());
        outboundBytes = LimitCounter.of("outboundBytesMax", limits.outboundBytesMax());
        handshakeMillis = LimitCounter.ofTime("handshakeMillis", limits.handshakeMillis());
        idleMillis = LimitCounter.ofTime("idleMillis", limits.idleMillis());
        closeMillis = LimitCounter.ofTime("closeMillis", limits.closeMillis());
        unfinishedBytes = LimitCounter.of("unfinishedBytesMax", Shard.PARTIAL_BYTES_MAX);
        httpWaitingBytes = LimitCounter.of("httpWaitingBytesMax", HttpSession.WAITING_BYTES_MAX);
        all =
                List.of(
                        connections,
                        connectionsPerAddress,
                        messageBytes,
                        headBytes,
                        httpBodyBytes,
                        outboundBytes,
                        handshakeMillis,
                        idleMillis,
                        closeMillis,
                        unfinishedBytes,
                        httpWaitingBytes);
    }

    /** By the limit's name. */
    Map<String, Long> counts() {
        return LimitCounter.counts(all);
    }
}
