/**
 * JSON Web Tokens (RFC 7519) that say who connects, and until when: {@link
 * dev.myriad.jwt.JwtVerifier}.
 */
@NullMarked
package dev.myriad.jwt;

import org.jspecify.annotations.NullMarked;
