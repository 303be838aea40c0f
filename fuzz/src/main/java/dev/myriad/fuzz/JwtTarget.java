package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.jwt.JwtResult;
import dev.myriad.jwt.JwtVerifier;
import dev.myriad.testkit.Mutator;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * JSON Web Tokens: genuine ones that were changed, which are never valid, and ones with any head
 * and claims that were signed with the right secret, which may be anything but an exception.
 */
final class JwtTarget implements Target {
    private static final byte[] SECRET = "a secret of 32 bytes or of more .".getBytes(ISO_8859_1);
    private static final String[] HEADS = {
        "{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"alg\":\"none\"}",
                "{\"alg\":\"RS256\"}",
        "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "{\"alg\":1}",
                "{\"alg\":\"HS256\",\"b64\":false}", "{}",
    };
    private static final String GENUINE =
            sign(
                    "{\"alg\":\"HS256\"}".getBytes(ISO_8859_1),
                    "{\"exp\":99999999999,\"sub\":\"17\"}".getBytes(ISO_8859_1));

    /** What the library passes over where it reads base64. */
    private static final Pattern SKIPPED = Pattern.compile("[^A-Za-z0-9_+/-]");

    private final JwtVerifier verifier = JwtVerifier.hmac(SECRET);
    private final ByteText text = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        if (random.nextBoolean()) {
            return Mutator.mutate(GENUINE.getBytes(ISO_8859_1), random);
        }
        text.clear().add("{\"exp\":").add(random.oneIn(4) ? "1e99" : "99999999999").add(",\"a\":");
        MadeJson.put(text, random, 3);
        text.add(random.nextBoolean() ? ",\"aud\":[1,null]" : ",\"nbf\":\"x\"").add("}");
        byte[] claims = Mutator.sometimes(text.toBytes(), random);
        byte[] head = Mutator.sometimes(random.any(HEADS).getBytes(ISO_8859_1), random);
        return sign(head, claims).getBytes(ISO_8859_1);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        String token = new String(input, ISO_8859_1);
        meter.begin();
        JwtResult result = verifier.verify(token);
        meter.end(input.length);
        if (result instanceof JwtResult.Valid) {
            int end = token.lastIndexOf('.');
            String signed = token.substring(0, end).trim(); // as the library does
            String mac = SKIPPED.matcher(token.substring(end)).replaceAll("");
            byte[] bytes = Base64.getUrlDecoder().decode(mac.replace('+', '-').replace('/', '_'));
            demand(Arrays.equals(bytes, mac(signed)), "valid, and not what was signed");
        }
    }

    private static String sign(byte[] head, byte[] claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString(head) + "." + base64.encodeToString(claims);
        return signed + "." + base64.encodeToString(mac(signed));
    }

    private static byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return mac.doFinal(text.getBytes(ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
