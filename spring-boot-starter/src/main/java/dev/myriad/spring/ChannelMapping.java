package dev.myriad.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

/**
 * Says which topics a channel is for. The class is a component of scope prototype: each client that
 * joins gets an instance of its own, with what its constructor asks for.
 *
 * <pre>{@code
 * @ChannelMapping("room:*")
 * class RoomChannel extends Channel {
 *     RoomChannel(Messages messages) {
 *         this.messages = messages;
 *     }
 *     ...
 * }
 * }</pre>
 *
 * Of several patterns that fit a topic, the narrowest decides.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Component
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
public @interface ChannelMapping {
    /** The path of a socket, unless something else is said. */
    String DEFAULT_SOCKET = "/socket";

    /** Topics, or patterns of topics such as {@code room:*}. */
    String[] value();

    /** The paths of the sockets at which it can be joined. */
    String[] socket() default DEFAULT_SOCKET;
}
