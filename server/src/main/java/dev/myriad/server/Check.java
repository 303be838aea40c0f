package dev.myriad.server;

import java.util.Optional;

/**
 * One thing that bounds how many connections this machine holds.
 *
 * @param found what the machine has, with its unit
 * @param needed what the target needs, with its unit
 * @param fix the kernel setting that would satisfy it
 */
record Check(String name, Verdict verdict, String found, String needed, Optional<Setting> fix) {
    enum Verdict {
        OK,
        LOW,
        /** Not a bound, but worth knowing. */
        INFO
    }

    /** A kernel setting, as {@code sysctl} names it. */
    record Setting(String key, String value) {
        String command() {
            return "sysctl -w " + key + (value.contains(" ") ? "=\"" + value + "\"" : "=" + value);
        }
    }

    static Check ok(String name, String found, String needed) {
        return new Check(name, Verdict.OK, found, needed, Optional.empty());
    }

    static Check low(String name, String found, String needed) {
        return new Check(name, Verdict.LOW, found, needed, Optional.empty());
    }

    static Check info(String name, String found, String needed) {
        return new Check(name, Verdict.INFO, found, needed, Optional.empty());
    }

    static Check low(String name, String found, String needed, String key, String value) {
        return new Check(name, Verdict.LOW, found, needed, Optional.of(new Setting(key, value)));
    }
}
