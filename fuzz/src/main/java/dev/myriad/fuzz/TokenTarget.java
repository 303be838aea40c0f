package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.myriad.testkit.Mutator;
import dev.myriad.tokens.SessionCookie;
import dev.myriad.tokens.Terms;
import dev.myriad.tokens.Token;
import dev.myriad.tokens.TokenResult;
import java.time.Duration;
import java.time.Instant;

/** Tokens as texts: one whose signed part was changed is never valid. */
final class TokenTarget implements Target {
    private static final String SECRET = "s".repeat(64);
    private static final String SALT = "salt";
    private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);
    private static final String GENUINE =
            Terms.sign(SECRET, SALT, Terms.token("user 17", NOW.toEpochMilli()));
    private static final SessionCookie COOKIE = new SessionCookie("key", SECRET, SALT);

    @Override
    public byte[] make(Randomness random) {
        return Mutator.mutate(GENUINE.getBytes(ISO_8859_1), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        String token = new String(input, ISO_8859_1);
        meter.begin();
        TokenResult result = Token.verify(SECRET, SALT, token, Duration.ofDays(1), NOW);
        meter.end(input.length);
        if (result instanceof TokenResult.Valid valid) {
            demand(valid.data().equals("user 17"), "valid, with other data");
            demand(signed(token).equals(signed(GENUINE)), "valid, and not what was signed");
        } else {
            demand(!token.equals(GENUINE), "the genuine one is refused");
        }
        if (random.oneIn(8)) {
            demand(COOKIE.read(token, token).isEmpty(), "a session");
        }
    }

    private static String signed(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }
}
