package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A file of the demo page, kept in the jar. Immutable: the tag is a hash of the bytes. */
final class Asset implements Router.Route {
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8");

    /** The page runs its own script and talks to its own server and those named, nothing else. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; connect-src 'self'";

    private final String tag;
    private final HttpAnswer whole;
    private final HttpAnswer unchanged;

    private Asset(String name, byte[] body, List<String> servers) {
        StringBuilder policy = new StringBuilder(POLICY);
        servers.forEach(url -> policy.append(' ').append(url.replaceFirst("^http", "ws")));
        this.tag = '"' + hash(body) + '"';
        this.whole =
                HttpAnswer.of(200, type(name), body)
                        .with("content-security-policy", policy.toString())
                        .with("x-content-type-options", "nosniff")
                        .with("cache-control", "no-cache")
                        .with("etag", tag);
        this.unchanged = new HttpAnswer(304, whole.headers(), new byte[0]);
    }

    static Asset of(String name) {
        return of(name, List.of());
    }

    /**
     * A page of a cluster.
     *
     * @param servers the addresses of its nodes, which the page may talk to
     */
    static Asset of(String name, List<String> servers) {
        try (InputStream in = Asset.class.getResourceAsStream("page/" + name)) {
            return new Asset(name, Objects.requireNonNull(in, name).readAllBytes(), servers);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        return question.header("if-none-match").filter(tag::equals).isPresent() ? unchanged : whole;
    }

    private static String type(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return Objects.requireNonNull(TYPES.get(ending), name);
    }

    private static String hash(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
