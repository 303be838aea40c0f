package dev.myriad.protocol;

/**
 * The token of RFC 9110, section 5.6.2: methods, header names, subprotocols. Thread-safe: no state.
 */
final class HttpToken {
    private static final String SYMBOLS = "!#$%&'*+-.^_`|~";

    private HttpToken() {}

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || SYMBOLS.indexOf(c) >= 0;
    }
}
