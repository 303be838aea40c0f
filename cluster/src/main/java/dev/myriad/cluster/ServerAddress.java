package dev.myriad.cluster;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/** The address of a server of NATS, which may have a password in it that nobody is to read. */
final class ServerAddress {
    private static final Set<String> SCHEMES = Set.of("nats", "tls", "opentls", "ws", "wss");

    private ServerAddress() {}

    /**
     * @throws IllegalArgumentException if it is none
     */
    static String checked(String address) {
        try {
            URI uri = new URI(address.contains("://") ? address : "nats://" + address);
            boolean known = SCHEMES.contains(Optional.ofNullable(uri.getScheme()).orElse(""));
            if (known && uri.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) { // whose message has the password
        }
        throw new IllegalArgumentException(
                "\""
                        + shown(address)
                        + "\" is no address of a server of NATS: nats://HOST:PORT is, or"
                        + " nats://USER:PASSWORD@HOST:PORT, where an @ in the password is %40, a / %2F"
                        + " and so on");
    }

    /** Without a user and a password. */
    static String shown(String address) {
        int secret = address.lastIndexOf('@');
        int scheme = address.indexOf("://");
        return secret < 0
                ? address
                : address.substring(0, scheme < 0 ? 0 : scheme + 3) + address.substring(secret + 1);
    }
}
