package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a socket is served: segments, of which those that begin with a colon stand for any one
 * segment and name a parameter, {@code /ws/:user_id}. In a request one more follows, which names
 * the transport; empty segments do not count. Immutable, so thread-safe.
 */
record SocketPath(List<String> segments) {
    private static final Set<String> TRANSPORTS = Set.of("websocket", "longpoll");
    private static final Pattern BRACES = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern NEVER_ASKED_FOR = Pattern.compile("[{}*?#%]");
    private static final Pattern NAME = Pattern.compile(":[A-Za-z_][A-Za-z0-9_]*");

    /**
     * @throws IllegalArgumentException if it does not begin with a slash, has a character that no
     *     decoded path has or that other frameworks have for parameters, ends as the addresses of
     *     transports do, a parameter has no name, or two have the same
     */
    static SocketPath parse(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a socket's path begins with a slash: write \"/%s\", not \"%s\""
                            .formatted(path, path));
        }
        String withColons = BRACES.matcher(path).replaceAll(":$1");
        if (!withColons.equals(path)) {
            throw new IllegalArgumentException(
                    "a parameter begins with a colon: write \"%s\", not \"%s\""
                            .formatted(withColons, path));
        }
        if (NEVER_ASKED_FOR.matcher(path).find()) {
            throw new IllegalArgumentException(
                    "a socket's path is plain text and parameters such as :user_id, not \"%s\""
                            .formatted(path));
        }
        List<String> segments = split(path);
        if (!segments.isEmpty() && TRANSPORTS.contains(segments.getLast())) {
            throw new IllegalArgumentException(
                    "clients add /%s to a socket's path by themselves: write \"/%s\", not \"%s\""
                            .formatted(
                                    segments.getLast(),
                                    String.join("/", segments.subList(0, segments.size() - 1)),
                                    path));
        }
        Set<String> names = new HashSet<>();
        for (String segment : segments) {
            if (isParameter(segment) && (!NAME.matcher(segment).matches() || !names.add(segment))) {
                throw new IllegalArgumentException(
                        "\"" + segment + "\" in " + path + " does not name a parameter");
            }
        }
        return new SocketPath(segments);
    }

    /** Whether every request goes to both or to none: parameters may have other names. */
    boolean isSame(SocketPath other) {
        return shape().equals(other.shape());
    }

    private List<String> shape() {
        return segments.stream().map(segment -> isParameter(segment) ? ":" : segment).toList();
    }

    boolean hasParameters() {
        return segments.stream().anyMatch(SocketPath::isParameter);
    }

    /** Whether a request's target, not decoded, is this path with the transport behind it. */
    boolean matches(String target, String transport) {
        return parameters(target).isPresent() && decode(split(target).getLast()).equals(transport);
    }

    /** The parameters of a target by name, decoded; empty if it does not match. */
    Optional<Map<String, String>> parameters(String target) {
        List<String> found = split(target);
        if (found.size() != segments.size() + 1) { // the transport comes last
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String wanted = segments.get(i);
            String value = decode(found.get(i));
            if (isParameter(wanted) && !value.isEmpty()) {
                parameters.put(wanted.substring(1), value);
            } else if (!wanted.equals(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /** As it was declared. */
    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith(":");
    }

    /**
     * Segments are told apart before they are decoded, so that an escaped slash is none. As in Plug
     * empty ones do not count: phoenix.js asks for {@code /socket//websocket} if it is given {@code
     * /socket/}.
     */
    private static List<String> split(String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        return Stream.of(path.split("/", -1)).filter(segment -> !segment.isEmpty()).toList();
    }

    /** The request's parser has seen to it that its escapes are well-formed. */
    private static String decode(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    }
}
