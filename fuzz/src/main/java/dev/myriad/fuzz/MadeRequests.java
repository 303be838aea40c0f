package dev.myriad.fuzz;

/**
 * Streams of HTTP requests, right and wrong ones: each part is mostly as it should be. Targets tell
 * the requests apart, and bodies look like requests, so that who loses count gives himself away.
 * Used by one thread at a time.
 */
final class MadeRequests {
    private static final String[] ODD_TARGETS = {
        "*",
        "http://localhost/a",
        "http://other:80/b?a",
        "http://localhost",
        "HTTP://LOCALHOST/c",
        "http:///d",
        "http://u@h/e",
        "ftp://h/f",
        "localhost:80",
        "g",
        "?a",
        "",
        "/a b",
        "/a\tb",
        "/%",
        "/%zz",
        "/%ff",
        "/%00",
        "/\u00e9",
        "/#part",
        "/h#part",
        "/\\",
        "/\"<>^`{|}",
        "/\u007f",
        "//double",
        "/a/../b",
        "/%68?a=b&c=%20+&a",
        "/\u0000",
    };
    private static final String[] METHODS = {
        "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"
    };
    private static final String[] ODD_METHODS = {
        "get", "G@T", "G(T", "", "CONNECT", "TRACE", "PRI", "M-SEARCH", "SOURCE", "QUERY"
    };
    private static final String[] VERSIONS = {
        "HTTP/1.0",
        "HTTP/1.0",
        "HTTP/1.2",
        "HTTP/2.0",
        "HTTP/0.9",
        "HTTP/11",
        "HTTP/1.",
        "http/1.1",
        "HTTP/1.1 ",
        "HTTP",
        "",
        "RTSP/1.0",
        "ICE/1.0",
        "HTTP/1.1\t",
        "HTTP/1.10",
    };
    private static final String[] HOSTS = {
        "example.com:8080",
        "[::1]",
        "[::1]:80",
        "127.0.0.1",
        "a_b",
        "%61",
        "",
        "a b",
        "u@x",
        "localhost:abc",
        "localhost:99999",
        "[::1",
        "a:b:c",
        "a/b",
        "a,b",
        "\u00e9",
        "a:",
    };
    private static final String[] LINES = {
        "accept: */*",
        "X-Empty:",
        "x-space:   wide \t",
        "x-same: 1",
        "X-Same: 2",
        "cookie: a=b; c=d",
        "x-text: \u00e4\u00ff",
        "te: trailers",
        "x-quote: \"a, b\"",
        "upgrade: h2c",
        "expect: 100-continue",
        "connection: keep-alive",
        "connection: TE",
        "x-forwarded-for: 1.2.3.4, 5.6.7.8",
    };
    private static final String[] ODD_LINES = {
        "x-space : 1",
        " folded",
        "\tfolded",
        "novalue",
        ": nameless",
        "x(y): 1",
        "x y: 1",
        "x-\u00e9: 1",
        "x-nul: a\u0000b",
        "x-cr: a\rb",
        "x-bell: \u0007",
        "x-del: \u007f",
        "expect: tea",
        "x-lf: a\nx-smuggled: b",
        "connection: close, keep-alive",
        "connection: ,",
        "connection: close",
        "connection: content-length",
        "connection: transfer-encoding",
        "upgrade: websocket",
        "content-length : 5",
        "transfer-encoding : chunked",
        " content-length: 5",
        "content_length: 5",
        "transfer-encoding",
        "content-length\t: 5",
        "x:\r\n folded",
        "x: a\r\n\ttransfer-encoding: chunked",
        "\u000bcontent-length: 5",
        "content-length\u0000: 5",
        "transfer-encoding: chunked\u0000",
        "connection: upgrade",
        "proxy-connection: close",
    };
    private static final String[] LENGTHS = {
        "+5",
        "-1",
        "0x5",
        "5,5",
        "5, 5",
        "5, 6",
        "5 5",
        "",
        "05",
        "005",
        "5.0",
        "18446744073709551621",
        "4294967301",
        "99999999999",
        "9223372036854775812",
        "5\t",
        "\t5",
        "5\u00a0",
        "\u000b5",
        "0",
        "00",
        "5;",
        "5e0",
        "\u00b2",
    };
    private static final String[] CODINGS = {
        "gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip", "identity", "CHUNKED",
                "Chunked", "xchunked", "chunkedx",
        "", "chunked;a=b", ",chunked", "chunked,", " chunked", "chunked ", "\tchunked\t",
                "\u000bchunked", "chunked\u000b",
        "\"chunked\"", "chunked, identity", "identity, chunked", "c\u212bhunked", "chunked\u00a0",
                "x, chunked",
    };
    private static final String[] SIZES = {
        "0x5",
        " 5",
        "5 ",
        "5\t",
        "-5",
        "+5",
        "05",
        "0000000000000005",
        "00000000000000005",
        "fffffffffffffffff",
        "5;",
        "5;a=b",
        "5 ;a=\"b;c\"",
        "5;\u0001",
        "5;a\nb",
        "5\n",
        "g",
        "",
        "5,5",
        "5 5",
        "5_5",
        "10000000000000005",
        "5;a=\"\\\"\"",
        "5\u00a0",
        "80000005",
        "5;\u00e9",
        "5\r",
        "\r\n5",
        "5;a\rb",
    };
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    private static final String[] ENDS = {"\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n"};

    /** What ends each stream, if it is read that far. */
    private static final String LAST = "GET /last HTTP/1.1\r\nhost: a\r\n\r\n";

    private MadeRequests() {}

    static void put(ByteText into, Randomness random) {
        int odd = random.nextInt(1 + random.nextInt(4)); // how many things are out of order
        int requests = 1 + random.nextInt(3);
        for (int i = 0; i < requests; i++) {
            request(into, random, i, i == requests - 1 ? odd : 0);
        }
        into.add(LAST);
    }

    private static void request(ByteText into, Randomness random, int number, int oddities) {
        int odd = 0; // a bit for each part that is
        for (int i = 0; i < oddities; i++) {
            odd |= 1 << random.nextInt(12);
        }
        if ((odd & 1) != 0) {
            into.add(
                    random.any(
                            new String[] {
                                "\r\n", "\r\n\r\n", "\n", " ", "\r", "\u0000", "\r\n".repeat(6)
                            }));
        }
        into.add(
                is(odd, 1)
                        ? random.any(ODD_METHODS)
                        : random.nextBoolean() ? "GET" : random.any(METHODS));
        into.add(space(random));
        into.add(is(odd, 2) ? random.any(ODD_TARGETS) : "/" + number);
        into.add(space(random));
        into.add(is(odd, 3) ? random.any(VERSIONS) : "HTTP/1.1");
        String end = is(odd, 4) ? random.any(ENDS) : "\r\n";
        into.add(end);
        int framing = random.nextInt(6);
        boolean framingFirst = random.nextBoolean();
        String lines = framing(random, framing, odd);
        if (framingFirst) {
            into.add(lines);
        }
        if (is(odd, 5)) {
            for (int i = random.nextInt(3); i > 0; i--) {
                into.add("host: ").add(random.any(HOSTS)).add("\r\n");
            }
        } else {
            into.add(random.oneIn(8) ? "HOST:a" : "host: a").add("\r\n");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            into.add(random.any(LINES)).add("\r\n");
        }
        if (is(odd, 6)) {
            into.add(random.any(ODD_LINES)).add(random.oneIn(4) ? random.any(ENDS) : "\r\n");
        }
        if (!framingFirst) {
            into.add(lines);
        }
        into.add(is(odd, 7) && random.nextBoolean() ? random.any(ENDS) : "\r\n");
        body(into, random, framing, odd);
    }

    private static boolean is(int odd, int part) {
        return (odd & 1 << part) != 0;
    }

    private static String space(Randomness random) {
        return random.oneIn(500) ? random.any(new String[] {"  ", "\t", " \t", "\u000b"}) : " ";
    }

    private static String framing(Randomness random, int framing, int odd) {
        String length = random.oneIn(4) ? "Content-Length:" : "content-length: ";
        String coding = random.oneIn(4) ? "Transfer-Encoding:" : "transfer-encoding: ";
        String lines =
                switch (framing) {
                    case 0, 1 ->
                            length
                                    + (is(odd, 8) ? random.any(LENGTHS) : SMUGGLED.length())
                                    + "\r\n";
                    case 2, 3 -> coding + (is(odd, 8) ? random.any(CODINGS) : "chunked") + "\r\n";
                    default -> "";
                };
        if (is(odd, 9)) {
            lines +=
                    switch (random.nextInt(4)) {
                        case 0 -> length + (random.nextBoolean() ? "5" : random.any(LENGTHS));
                        case 1 -> coding + (random.nextBoolean() ? "chunked" : random.any(CODINGS));
                        case 2 -> length + SMUGGLED.length();
                        default -> coding + "identity";
                    };
            lines += "\r\n";
        }
        return lines;
    }

    private static void body(ByteText into, Randomness random, int framing, int odd) {
        switch (framing) {
            case 0, 1 -> into.add(SMUGGLED);
            case 2, 3 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    boolean isOdd = is(odd, 10) && i == 0;
                    String data = isOdd ? "hello" : random.nextBoolean() ? SMUGGLED : "hello";
                    String size = Integer.toHexString(data.length());
                    into.add(isOdd ? random.any(SIZES) : random.oneIn(6) ? size + ";a=b" : size);
                    into.add("\r\n").add(data);
                    into.add(isOdd && random.oneIn(3) ? random.any(ENDS) : "\r\n");
                }
                into.add(random.oneIn(6) ? "000" : "0");
                into.add(is(odd, 11) && random.nextBoolean() ? random.any(ENDS) : "\r\n");
                if (random.oneIn(5)) {
                    into.add("x-trailer: 1\r\n");
                }
                if (is(odd, 11)) {
                    into.add(random.any(ODD_LINES)).add("\r\n");
                }
                into.add("\r\n");
            }
            default -> into.add(is(odd, 10) ? SMUGGLED : "");
        }
    }
}
