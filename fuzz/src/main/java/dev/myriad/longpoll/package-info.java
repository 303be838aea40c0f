@NullMarked
package dev.myriad.longpoll;

import org.jspecify.annotations.NullMarked;
