/** JSON Web Tokens that say who connects, and until when. */
module dev.myriad.jwt {
    requires static transitive org.jspecify;
    requires transitive dev.myriad.channels;
    requires com.nimbusds.jose.jwt;

    exports dev.myriad.jwt;
}
