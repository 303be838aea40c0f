package dev.myriad.spring;

import dev.myriad.channels.Channel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * A channel that is a bean, and a pattern of the topics that it is for. Immutable.
 *
 * @param socket the path of its socket
 */
record MappedChannel(String socket, String pattern, String bean) {
    /**
     * The narrowest first: a topic by its name before a pattern, a longer pattern before others.
     */
    private static final Comparator<MappedChannel> NARROWEST_FIRST =
            Comparator.comparing((MappedChannel channel) -> channel.pattern.endsWith("*"))
                    .thenComparingInt(channel -> -channel.pattern.length())
                    .thenComparing(MappedChannel::pattern);

    /** All those of a context, the narrowest first. */
    static List<MappedChannel> all(ConfigurableListableBeanFactory beans) {
        List<MappedChannel> channels = new ArrayList<>();
        for (String bean : beans.getBeanNamesForAnnotation(ChannelMapping.class)) {
            ChannelMapping mapping = beans.findAnnotationOnBean(bean, ChannelMapping.class);
            if (mapping == null) {
                continue;
            }
            check(beans, bean);
            for (String socket : mapping.socket()) {
                for (String pattern : mapping.value()) {
                    channels.add(new MappedChannel(socket, pattern, bean));
                }
            }
        }
        channels.sort(NARROWEST_FIRST);
        return channels;
    }

    /** Makes an instance for each client that joins. */
    Supplier<Channel> factory(ConfigurableListableBeanFactory beans) {
        return () -> beans.getBean(bean, Channel.class);
    }

    private static void check(ConfigurableListableBeanFactory beans, String bean) {
        Class<?> type = beans.getType(bean);
        if (type == null || !Channel.class.isAssignableFrom(type)) {
            throw new IllegalStateException(
                    "the bean \"%s\" has a @ChannelMapping, so it must extend %s"
                            .formatted(bean, Channel.class.getName()));
        }
        if (!beans.isPrototype(bean)) {
            throw new IllegalStateException(
                    ("the channel \"%s\" is a bean that all clients would share: leave its scope to"
                                    + " @ChannelMapping, or write @Scope(\"prototype\")")
                            .formatted(bean));
        }
    }
}
