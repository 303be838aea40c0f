/**
 * The demo: a chat, a dashboard and an order book, on the API that everybody has. Made to be
 * copied.
 */
@NullMarked
package dev.myriad.server.demo;

import org.jspecify.annotations.NullMarked;
