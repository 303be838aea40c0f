package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static final int BYTES_MAX = 1024;
    private static final int HEADERS_MAX = 8;

    @Test
    void readsARequest() {
        RequestHead head =
                parse(
                        String.join(
                                "\r\n",
                                "GET /socket/websocket?vsn=2.0.0&token=a%20b+c HTTP/1.1",
                                "Host: example.com:4000",
                                "X-One:  a, b\t",
                                "x-one: c",
                                "Empty:",
                                "",
                                "body"));
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.target()).isEqualTo("/socket/websocket?vsn=2.0.0&token=a%20b+c");
        assertThat(head.path()).isEqualTo("/socket/websocket");
        assertThat(head.query("vsn")).contains("2.0.0");
        assertThat(head.query("token")).contains("a b c");
        assertThat(head.query("other")).isEmpty();
        assertThat(head.header("host")).contains("example.com:4000");
        assertThat(head.header("x-one")).contains("a, b");
        assertThat(head.headers("x-one")).containsExactly("a, b", "c");
        assertThat(head.header("empty")).contains("");
        assertThat(head.headers("none")).isEmpty();
        assertThat(head.isHttp11()).isTrue();
        assertThat(head.wantsWebSocket()).isFalse();
        assertThat(head.hasBody()).isFalse();
    }

    @Test
    void knowsItsLengthAndWaitsForAllOfIt() {
        String request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
        byte[] bytes = (request + "body").getBytes(StandardCharsets.US_ASCII);
        for (int to = 0; to < request.length(); to++) {
            assertThat(RequestHead.parse(bytes, 0, to, BYTES_MAX, HEADERS_MAX)).isNull();
        }
        RequestHead head =
                Objects.requireNonNull(
                        RequestHead.parse(bytes, 0, bytes.length, BYTES_MAX, HEADERS_MAX));
        assertThat(head.length()).isEqualTo(request.length());
        assertThat(head.contentLength()).hasValue(4);
        assertThat(head.hasBody()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/                 | /",
                "/a%2Fb/%C3%A9     | /a/b/é",
                "/a+b?x=1          | /a+b",
                "//a/../b;c=d      | //a/../b;c=d",
                "/?a?b             | /",
            })
    void decodesThePath(String target, String path) {
        assertThat(get(target).path()).isEqualTo(path);
    }

    @Test
    void decodesTheQueryAsAFormInItsOrder() {
        RequestHead head = get("/?b=1&a=%C3%A9+%2B&empty=&flag&&b=2&=x&c=d=e&params%5Bid%5D=7");
        assertThat(head.queryParameters().toString())
                .isEqualTo("{b=2, a=é +, empty=, flag=, =x, c=d=e, params[id]=7}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://:80/b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u@a/b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a:b/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\n\r\n",
                "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%c HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /?a=%f HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /?%ff HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost:abc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost:65536\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: ::1]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:8:9]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a%2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: \u00e9\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: nameless\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nB\u0000: c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nB: c\u0000\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nB: c\u007f\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1234567890123456789\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\n\r\n",
                "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            })
    void refusesMalformedRequests(String request) {
        assertThat(refusal(request, BYTES_MAX, HEADERS_MAX)).isEqualTo(400);
    }

    @Test
    void refusesGarbageBeforeItIsComplete() {
        assertThat(refusal("\u0016\u0003\u0001\u0002", BYTES_MAX, HEADERS_MAX)).isEqualTo(400);
        assertThat(refusal("GET /\u0000", BYTES_MAX, HEADERS_MAX)).isEqualTo(400);
    }

    @Test
    void refusesOtherVersionsAndCodings() {
        assertThat(refusal("PRI * HTTP/2.0\r\n\r\n", BYTES_MAX, HEADERS_MAX)).isEqualTo(505);
        assertThat(
                        refusal(
                                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                                BYTES_MAX,
                                HEADERS_MAX))
                .isEqualTo(501);
        assertThat(refusal("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", BYTES_MAX, HEADERS_MAX))
                .isEqualTo(501);
        assertThat(refusal("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 100, HEADERS_MAX))
                .isEqualTo(417);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET     | http://b:80/c%20d?e=f | b:80   | /c%20d?e=f | /c d",
                "GET     | HTTPS://b            | b      | /          | /",
                "GET     | http://b?e=f         | b      | /?e=f      | /",
                "GET     | http://[::1]:8/c     | [::1]:8| /c         | /c",
                "OPTIONS | http://b             | b      | *          | *",
                "OPTIONS | http://b/            | b      | /          | /",
                "OPTIONS | *                    | a      | *          | *",
            })
    void anAbsoluteTargetIsReadAsItsPathAndTellsTheHost(
            String method, String target, String host, String text, String path) {
        RequestHead head = parse(method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.headers("host")).containsExactly(host);
        assertThat(head.target()).isEqualTo(text);
        assertThat(head.path()).isEqualTo(path);
    }

    @Test
    void aFewEmptyLinesBeforeTheRequestAreSkipped() {
        String request = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(parse(request).length()).isEqualTo(request.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1 | x                 | IMPLIED",
                "1.1 | keep-alive        | IMPLIED",
                "1.1 | Keep-Alive, Close | CLOSE",
                "1.0 | x                 | CLOSE",
                "1.0 | Keep-Alive        | TOLD",
                "1.0 | keep-alive, close | CLOSE",
            })
    void tellsWhatShallBecomeOfTheConnection(
            String version, String connection, Persistence persistence) {
        RequestHead head =
                parse(
                        "GET / HTTP/%s\r\nHost: a\r\nConnection: %s\r\n\r\n"
                                .formatted(version, connection));
        assertThat(head.persistence()).isEqualTo(persistence);
    }

    @Test
    void oldClientsNeitherUpgradeNorExpect() {
        RequestHead head =
                parse(
                        String.join(
                                "\r\n",
                                "POST / HTTP/1.0",
                                "Expect: x",
                                "Content-Length: 1",
                                "Upgrade: websocket",
                                "Connection: upgrade",
                                "",
                                ""));
        assertThat(head.wantsWebSocket()).isFalse();
        assertThat(head.expectsContinue()).isFalse();
    }

    @Test
    void acceptsOldAndUncommonButValidRequests() {
        assertThat(parse("GET / HTTP/1.0\r\n\r\n").isHttp11()).isFalse();
        assertThat(parse("GET / HTTP/1.1\r\nHost:\r\n\r\n").header("host")).contains("");
        assertThat(parse("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").header("host"))
                .contains("[::1]:80");
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\r\n\r\n").header("x"))
                .contains("é");
        assertThat(
                        parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n")
                                .hasBody())
                .isTrue();
    }

    @Test
    void limitsBytesAndHeaders() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RequestHead.parse(bytes, 0, bytes.length, bytes.length, 2)).isNotNull();
        assertThat(refusal(request, bytes.length, 1)).isEqualTo(431);
        assertThat(refusal(request, bytes.length - 1, 2)).isEqualTo(431);
        assertThat(refusal("GET /" + "a".repeat(40), 40, 2)).isEqualTo(414);
        assertThat(RequestHead.parse(bytes, 0, 20, 21, 2)).isNull();
        assertThat(refusal(request.substring(0, 21), 21, 2)).isEqualTo(431);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "websocket       | Upgrade              | true",
                "WebSocket       | keep-alive, upgrade  | true",
                "h2c, websocket  | UPGRADE ,x           | true",
                "websocketx      | Upgrade              | false",
                "websocket       | keep-alive           | false",
                "h2c             | Upgrade              | false",
            })
    void seesWhoWantsWebSocket(String upgrade, String connection, boolean wants) {
        RequestHead head =
                parse(
                        String.join(
                                "\r\n",
                                "GET / HTTP/1.1",
                                "Host: a",
                                "Upgrade: " + upgrade,
                                "Connection: " + connection,
                                "",
                                ""));
        assertThat(head.wantsWebSocket()).isEqualTo(wants);
    }

    private static RequestHead get(String target) {
        return parse("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private static RequestHead parse(String request) {
        byte[] bytes = ("xx" + request).getBytes(StandardCharsets.ISO_8859_1);
        return Objects.requireNonNull(
                RequestHead.parse(bytes, 2, bytes.length, BYTES_MAX, HEADERS_MAX));
    }

    private static int refusal(String request, int maxHeaderBytes, int maxHeaders) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        @Nullable HttpException e =
                catchThrowableOfType(
                        HttpException.class,
                        () ->
                                RequestHead.parse(
                                        bytes, 0, bytes.length, maxHeaderBytes, maxHeaders));
        assertThat(e).as(request).isNotNull();
        return Objects.requireNonNull(e).status();
    }

    /** It is read on a shard's thread, and takes neither much time nor much stack. */
    @Test
    @Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
    void aHostMayBeAsLongAsAHead() {
        String[] malformed = {"[" + ":".repeat(16_000) + "x]", "[" + "1:".repeat(8_000) + "]"};
        for (String host : malformed) {
            assertThat(refusal(withHost(host), 20_000, HEADERS_MAX)).isEqualTo(400);
        }
        for (String host : new String[] {"a".repeat(16_000), "%61".repeat(5_000)}) {
            byte[] request = withHost(host).getBytes(StandardCharsets.ISO_8859_1);
            assertThat(RequestHead.parse(request, 0, request.length, 20_000, HEADERS_MAX))
                    .isNotNull();
        }
    }

    private static String withHost(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }
}
