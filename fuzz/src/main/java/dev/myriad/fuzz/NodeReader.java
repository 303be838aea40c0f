package dev.myriad.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Node's parser of requests (llhttp), as strict as it is unless it is told otherwise, in a process
 * of its own that is given one stream after the other. Used by one thread at a time; the process
 * ends with this one.
 */
final class NodeReader implements Function<byte[], Reading> {
    private final DataOutputStream streams;
    private final DataInputStream readings;

    private NodeReader(Process node) {
        streams = new DataOutputStream(new BufferedOutputStream(node.getOutputStream()));
        readings = new DataInputStream(node.getInputStream());
    }

    /** Null if there is no Node. */
    static @Nullable NodeReader start() throws IOException {
        byte[] script;
        try (InputStream resource = NodeReader.class.getResourceAsStream("node.js")) {
            if (resource == null) {
                throw new IOException("node.js is missing");
            }
            script = resource.readAllBytes();
        }
        try {
            return new NodeReader(
                    new ProcessBuilder("node", "-e", new String(script, ISO_8859_1))
                            .redirectError(Redirect.INHERIT)
                            .start());
        } catch (IOException _) {
            return null;
        }
    }

    /** Its answer has a line for each request, and one that tells why it is over. */
    @Override
    public Reading apply(byte[] stream) {
        try {
            streams.writeInt(stream.length);
            streams.write(stream);
            streams.flush();
            byte[] answer = readings.readNBytes(readings.readInt());
            String[] lines = new String(answer, ISO_8859_1).split("\n", -1);
            Reading reading = new Reading();
            for (int i = 0; i < lines.length - 1; i++) {
                String[] parts = lines[i].split("\t", -1);
                byte[] body = HexFormat.of().parseHex(parts[2]);
                String target = new String(HexFormat.of().parseHex(parts[1]), ISO_8859_1);
                String relative = AgainstTarget.relative(parts[0], target);
                reading.requests.add(Reading.request(parts[0], relative, body));
            }
            reading.over = lines[lines.length - 1];
            return reading;
        } catch (IOException e) {
            throw new UncheckedIOException("Node is gone", e);
        }
    }
}
