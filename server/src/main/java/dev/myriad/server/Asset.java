package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/** A file of the demo page, kept in the jar. Immutable: the tag is a hash of the bytes. */
final class Asset implements Router.Route {
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8");

    /** The page runs its own script and talks to its own server, nothing else. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'";

    private final String tag;
    private final HttpAnswer whole;
    private final HttpAnswer unchanged;

    private Asset(String name, byte[] body) {
        this.tag = '"' + hash(body) + '"';
        this.whole =
                HttpAnswer.of(200, type(name), body)
                        .with("content-security-policy", POLICY)
                        .with("x-content-type-options", "nosniff")
                        .with("cache-control", "no-cache")
                        .with("etag", tag);
        this.unchanged = new HttpAnswer(304, whole.headers(), new byte[0]);
    }

    static Asset of(String name) {
        try (InputStream in = Asset.class.getResourceAsStream("page/" + name)) {
            return new Asset(name, Objects.requireNonNull(in, name).readAllBytes());
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
