package dev.myriad.bench.processes;

/**
 * What was measured.
 *
 * @param beam the BEAM's figure on a machine of two cores, 0 if there is none
 */
record Figure(String name, double value, String unit, double beam) {
    Figure(String name, double value, String unit) {
        this(name, value, unit, 0);
    }

    /** How many times better than the BEAM, 0 if that is not known. */
    double timesBetter() {
        if (beam == 0 || value == 0) {
            return 0;
        }
        boolean moreIsBetter = unit.endsWith("/s") || unit.equals("processes");
        return moreIsBetter ? value / beam : beam / value;
    }
}
