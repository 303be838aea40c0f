package dev.myriad.channels;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.TopicException;
import dev.myriad.pubsub.Tracked;
import java.util.Arrays;

/** The keys under which one channel is present in its topic. Confined to the channel's process. */
final class Presences {
    private static final Tracked[] NONE = {};

    private final PubSub pubSub;
    private final String topic;
    private Tracked[] all = NONE;

    Presences(PubSub pubSub, String topic) {
        this.pubSub = pubSub;
        this.topic = topic;
    }

    void track(String key, Payload meta) {
        PresenceRule rule = pubSub.presenceRule(topic);
        if (indexOf(key) >= 0) {
            throw pubSub.refused(
                    TopicException.Code.ALREADY_TRACKED,
                    "this channel tracks that key already: update it");
        }
        if (all.length >= rule.keysPerChannelMax()) {
            throw pubSub.refused(
                    TopicException.Code.TOO_MANY_KEYS,
                    "this channel tracks %,d keys, as many as it may".formatted(all.length));
        }
        Tracked tracked = pubSub.track(topic, key, meta);
        Tracked[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = tracked;
        all = more;
    }

    void update(String key, Payload meta) {
        int index = indexOf(key);
        if (index < 0) {
            throw pubSub.refused(
                    TopicException.Code.NOT_TRACKED, "this channel does not track that key");
        }
        all[index] = pubSub.update(topic, all[index], meta);
    }

    void untrack(String key) {
        int index = indexOf(key);
        if (index >= 0) {
            pubSub.untrack(topic, all[index]);
            Tracked[] fewer = Arrays.copyOf(all, all.length - 1);
            if (index < fewer.length) {
                fewer[index] = all[all.length - 1];
            }
            all = fewer;
        }
    }

    /** The channel is over. It may be done again after it has been done in part. */
    void untrackAll() {
        for (Tracked tracked : all) {
            pubSub.untrack(topic, tracked);
        }
        all = NONE;
    }

    private int indexOf(String key) {
        for (int i = 0; i < all.length; i++) {
            if (all[i].key().equals(key)) {
                return i;
            }
        }
        return -1;
    }
}
