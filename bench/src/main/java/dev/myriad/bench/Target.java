package dev.myriad.bench;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where the server is.
 *
 * @param address IPv4
 * @param path with the query, as it goes into the request
 */
record Target(String host, InetAddress address, int port, String path) {
    private static final String VERSION = "vsn=2.0.0";

    /**
     * Reads {@code ws://host:port/path}.
     *
     * @throws BenchException if it is something else, or has no IPv4 address
     */
    static Target of(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new BenchException("\"" + url + "\" is no URL.", e);
        }
        String host = uri.getHost();
        if (!"ws".equals(uri.getScheme()) || host == null) {
            throw new BenchException(
                    "The URL must look like ws://host:port/socket/websocket, not " + url + ".");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        String path = uri.getRawPath().isEmpty() ? "/socket/websocket" : uri.getRawPath();
        String query = uri.getRawQuery();
        if (query == null) {
            query = VERSION;
        } else if (!query.contains("vsn=")) {
            query += "&" + VERSION;
        }
        return new Target(host, resolve(host), port, path + "?" + query);
    }

    static Target local(int port) {
        return of("ws://127.0.0.1:" + port + "/socket/websocket");
    }

    private static InetAddress resolve(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address instanceof Inet4Address) {
                    return address;
                }
            }
        } catch (UnknownHostException e) {
            throw new BenchException("There is no host " + host + ".", e);
        }
        throw new BenchException("The host " + host + " has no IPv4 address.");
    }

    /** Where the same socket serves long polling. */
    String longPollPath() {
        return path.replaceFirst("/websocket(?=\\?)", "/longpoll");
    }

    boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    String url() {
        return "ws://" + host + ":" + port + path;
    }
}
