package dev.myriad.net;

import dev.myriad.protocol.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The networks whose word counts when they say for whom they ask, in {@code Forwarded} (RFC 7239)
 * or {@code X-Forwarded-For}. Immutable, so thread-safe.
 *
 * <p>Each proxy adds the address that it hears from at the end, and what stands before that is
 * hearsay. So the list is read from its end: the client is the first that is no trusted proxy. What
 * cannot be read, or differs between the two headers, is not believed: then the client is who the
 * connection is from.
 */
public final class TrustedProxies {
    /** Nobody. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final Pattern FOR =
            Pattern.compile(
                    "(?:.*;)?\\s*for\\s*=\\s*(?:\"([^\"]*)\"|([^\"\\s;]*))\\s*(?:;.*)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern IPV4 =
            Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(?::([0-9]{1,5}))?");
    private static final Pattern IPV6 =
            Pattern.compile(
                    "\\[([0-9A-Fa-f:.]+)](?::([0-9]{1,5}))?|([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)");

    private final List<Cidr> networks;

    private TrustedProxies(List<Cidr> networks) {
        this.networks = networks;
    }

    /**
     * The proxies of these networks.
     *
     * @param cidrs such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 127.0.0.1}
     * @throws IllegalArgumentException if one is none
     */
    public static TrustedProxies of(List<String> cidrs) {
        return cidrs.isEmpty()
                ? NONE
                : new TrustedProxies(cidrs.stream().map(Cidr::parse).toList());
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** The address of the client that asks, given that of the connection. */
    public InetSocketAddress client(InetSocketAddress peer, RequestHead head) {
        if (!trusts(peer)) {
            return peer;
        }
        List<String> forwarded = head.headers("forwarded");
        List<String> xForwardedFor = head.headers("x-forwarded-for");
        InetSocketAddress first = client(peer, forwarded, true).orElse(peer);
        InetSocketAddress second = client(peer, xForwardedFor, false).orElse(peer);
        if (forwarded.isEmpty()) {
            return second;
        }
        return xForwardedFor.isEmpty() || first.getAddress().equals(second.getAddress())
                ? first
                : peer;
    }

    private Optional<InetSocketAddress> client(
            InetSocketAddress peer, List<String> lines, boolean named) {
        Optional<InetSocketAddress> client = Optional.of(peer);
        for (String element : fromTheEnd(String.join(",", lines))) {
            client = named ? ofElement(element) : address(element);
            if (client.isEmpty() || !trusts(client.get())) {
                return client;
            }
        }
        return client; // a trusted one, the outermost
    }

    /** The elements of a list, the last first; a comma in quotes separates none. */
    private static List<String> fromTheEnd(String list) {
        List<String> elements = new ArrayList<>();
        int end = list.length();
        boolean quoted = false;
        for (int at = end - 1; at >= 0; at--) {
            char c = list.charAt(at);
            quoted ^= c == '"';
            if (c == ',' && !quoted) {
                elements.add(list.substring(at + 1, end).strip());
                end = at;
            }
        }
        elements.add(list.substring(0, end).strip());
        elements.removeIf(String::isEmpty);
        return elements;
    }

    private static Optional<InetSocketAddress> ofElement(String element) {
        Matcher matcher = FOR.matcher(element);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return address(Optional.ofNullable(matcher.group(1)).orElse(matcher.group(2)));
    }

    /** An address with or without a port. */
    private static Optional<InetSocketAddress> address(String text) {
        Matcher four = IPV4.matcher(text);
        if (four.matches()) {
            return address(four.group(1), Optional.ofNullable(four.group(2)));
        }
        Matcher six = IPV6.matcher(text);
        if (six.matches()) {
            return address(
                    Optional.ofNullable(six.group(1)).orElse(six.group(3)),
                    Optional.ofNullable(six.group(2)));
        }
        return Optional.empty();
    }

    private static Optional<InetSocketAddress> address(String literal, Optional<String> port) {
        try {
            return Optional.of(
                    new InetSocketAddress(
                            InetAddress.ofLiteral(literal), port.map(Integer::parseInt).orElse(0)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private boolean trusts(InetSocketAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address.getAddress())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return networks.toString();
    }
}
