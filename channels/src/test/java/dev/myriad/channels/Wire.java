package dev.myriad.channels;

import org.jspecify.annotations.Nullable;

/**
 * The text of messages in one version of the format, so that a test reads the same for both. Refs
 * are given without quotes.
 */
enum Wire {
    V1("1.0.0") {
        @Override
        String message(
                @Nullable String joinRef,
                @Nullable String ref,
                String topic,
                String event,
                String payload) {
            return "{\"topic\":\"%s\",\"event\":\"%s\",\"payload\":%s,\"ref\":%s%s}"
                    .formatted(
                            topic,
                            event,
                            payload,
                            quoted(ref),
                            joinRef == null ? "" : ",\"join_ref\":" + quoted(joinRef));
        }

        @Override
        String received(
                @Nullable String joinRef,
                @Nullable String ref,
                String topic,
                String event,
                String payload) {
            return message(null, ref, topic, event, payload); // V1 tells clients no join ref
        }
    },
    V2("2.0.0") {
        @Override
        String message(
                @Nullable String joinRef,
                @Nullable String ref,
                String topic,
                String event,
                String payload) {
            return "[%s,%s,\"%s\",\"%s\",%s]"
                    .formatted(quoted(joinRef), quoted(ref), topic, event, payload);
        }

        @Override
        String received(
                @Nullable String joinRef,
                @Nullable String ref,
                String topic,
                String event,
                String payload) {
            return message(joinRef, ref, topic, event, payload);
        }
    };

    final String vsn;

    Wire(String vsn) {
        this.vsn = vsn;
    }

    /** What a client sends. */
    abstract String message(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            String payload);

    /** What a client receives. */
    abstract String received(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            String payload);

    String reply(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String status,
            String response) {
        return received(
                joinRef,
                ref,
                topic,
                "phx_reply",
                "{\"status\":\"%s\",\"response\":%s}".formatted(status, response));
    }

    String broadcast(String topic, String event, String payload) {
        return received(null, null, topic, event, payload);
    }

    static String quoted(@Nullable String ref) {
        return ref == null ? "null" : "\"" + ref + "\"";
    }
}
