package dev.myriad.compat.spring;

/**
 * What was said in a room.
 *
 * @param number grows from one to the next
 */
record Said(long number, String by, String text) {}
