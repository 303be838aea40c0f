import dev.myriad.channels.Endpoint;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Transports;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Answers each request with what the server has read of it, line by line. Run as it is: {@code java
 * -cp '.myriad/lib/*' Mirror.java TRANSPORT PORT}.
 */
final class Mirror {
    private Mirror() {}

    private static HttpAnswer reflect(HttpQuestion question) {
        StringBuilder text = new StringBuilder();
        text.append(question.method()).append(' ').append(question.target()).append('\n');
        new TreeMap<>(question.headers())
                .forEach(
                        (name, values) ->
                                text.append(name).append('=').append(values).append('\n'));
        text.append(HexFormat.of().formatHex(question.body()));
        return HttpAnswer.text(200, text.toString());
    }

    static void main(String[] arguments) throws InterruptedException {
        Transports.Kind kind = Transports.Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Endpoint endpoint =
                Endpoint.builder()
                        .port(Integer.parseInt(arguments[1]))
                        .transport(kind)
                        .http(Mirror::reflect)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Mirror listens on " + endpoint.address());
        Thread.currentThread().join();
    }
}
