package dev.myriad.compat.desk;

/**
 * Something that was said.
 *
 * @param number 1 for the first of a ticket, and one more for each that follows
 */
record Line(long number, String by, String text) {}
