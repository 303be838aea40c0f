/** An endpoint and its channels as beans of a Spring Boot application. */
@NullMarked
package dev.myriad.spring;

import org.jspecify.annotations.NullMarked;
