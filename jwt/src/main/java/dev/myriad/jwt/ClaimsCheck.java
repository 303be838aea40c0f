package dev.myriad.jwt;

import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Set;

/** Who must have issued a token, for whom, and that its time is now. Thread-safe. */
final class ClaimsCheck extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final InstantSource clock;

    ClaimsCheck(
            Optional<String> issuer,
            Optional<String> audience,
            Duration clockSkew,
            InstantSource clock) {
        super(audience.map(Set::of).orElse(null), exactly(issuer), Set.of("exp"), null);
        this.clock = clock;
        setMaxClockSkew((int) clockSkew.toSeconds());
    }

    private static JWTClaimsSet exactly(Optional<String> issuer) {
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        issuer.ifPresent(exact::issuer); // a claim that is null would have to be null
        return exact.build();
    }

    @Override
    protected Date currentTime() {
        return Date.from(clock.instant());
    }
}
