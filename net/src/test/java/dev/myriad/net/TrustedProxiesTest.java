package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.myriad.protocol.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final String OWN = "/10.0.0.1:99";
    private final TrustedProxies proxies =
            TrustedProxies.of(List.of("10.0.0.0/8", "192.168.7.1", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3.4                                 | /1.2.3.4:0",
                "1.2.3.4:567                             | /1.2.3.4:567",
                "1.1.1.1, 1.2.3.4                        | /1.2.3.4:0",
                "nonsense, 1.2.3.4 , 10.2.2.2            | /1.2.3.4:0",
                "1.2.3.4, fd00::7,192.168.7.1            | /1.2.3.4:0",
                "2001:db8::1                             | /[2001:db8:0:0:0:0:0:1]:0",
                "[2001:db8::1]:80                        | /[2001:db8:0:0:0:0:0:1]:80",
                "::ffff:1.2.3.4                          | /1.2.3.4:0",
                "10.3.3.3, 10.2.2.2                      | /10.3.3.3:0",
                "1.2.3.4, nonsense                       | " + OWN,
                "1.2.3.4, unknown, 10.2.2.2              | " + OWN,
                "1.2.3                                   | " + OWN,
                "1.2.3.256                               | " + OWN,
                "1.2.3.4:99999                           | " + OWN,
                "localhost                               | " + OWN,
                "fe80::1%eth0                            | " + OWN,
                "''                                      | " + OWN,
            })
    void theLastThatIsNoProxyAsks(String header, String expected) {
        assertThat(client("x-forwarded-for", header)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=1.2.3.4                             | /1.2.3.4:0",
                "For=\"1.2.3.4:5\" ; proto=https; by=x | /1.2.3.4:5",
                "proto=http;for=\"[2001:db8::1]\"      | /[2001:db8:0:0:0:0:0:1]:0",
                "for=1.1.1.1, for=1.2.3.4, for=10.1.1.1  | /1.2.3.4:0",
                "for=\"6.6.6.6, for=1.2.3.4             | /1.2.3.4:0",
                "for=\"a,b\", for=10.1.1.1             | " + OWN,
                "for=unknown                             | " + OWN,
                "for=_hidden                             | " + OWN,
                "proto=https                             | " + OWN,
                "1.2.3.4                                 | " + OWN,
            })
    void theStandardHeaderIsReadAsWell(String header, String expected) {
        assertThat(client("forwarded", header)).isEqualTo(expected);
    }

    @Test
    void headersThatContradictEachOtherAreNotBelieved() {
        assertThat(client(Map.of("forwarded", "for=1.2.3.4", "x-forwarded-for", "1.2.3.4")))
                .isEqualTo("/1.2.3.4:0");
        assertThat(client(Map.of("forwarded", "for=6.6.6.6", "x-forwarded-for", "1.2.3.4")))
                .isEqualTo(OWN);
    }

    @Test
    void whoIsNotTrustedSpeaksForItself() {
        InetSocketAddress stranger = peer("11.0.0.1");
        RequestHead head =
                RequestHead.of("GET", "/", Map.of("x-forwarded-for", List.of("1.2.3.4")));
        assertThat(proxies.client(stranger, head)).isEqualTo(stranger);
        assertThat(TrustedProxies.NONE.client(peer("10.0.0.1"), head)).isEqualTo(peer("10.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::/129",
                "a/8",
                "1.2.3.4/",
                "10.0.0.0/8/8"
            })
    void aNetworkIsWrittenAsOne(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedProxies.of(List.of(text)))
                .withMessageContaining("\"" + text + "\"");
    }

    private String client(String name, String value) {
        return client(Map.of(name, value));
    }

    private String client(Map<String, String> headers) {
        Map<String, List<String>> all =
                headers.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue())));
        return proxies.client(peer("10.0.0.1"), RequestHead.of("GET", "/", all)).toString();
    }

    private static InetSocketAddress peer(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 99);
    }

    /** Headers are read on a shard's thread. */
    @ParameterizedTest
    @ValueSource(strings = {":", "1:", "1.", ",", "\""})
    @Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
    void nonsenseTakesNoTime(String part) {
        String nonsense = part.repeat(4_000) + "x";
        assertThat(client("x-forwarded-for", nonsense)).isEqualTo(OWN);
        assertThat(client("forwarded", "for=" + nonsense)).isEqualTo(OWN);
        assertThat(client("forwarded", "for=\"" + nonsense)).isEqualTo(OWN);
        assertThat(client("forwarded", "for=" + " ".repeat(7_000) + nonsense)).isEqualTo(OWN);
        assertThat(client("forwarded", "for=a\";".repeat(1_000) + nonsense)).isEqualTo(OWN);
    }
}
