package dev.myriad.channels;

import dev.myriad.net.Budget;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Serializer;
import dev.myriad.pubsub.PubSub;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What all connections of one socket path share. Immutable. */
record Mount(
        List<ChannelRoute> channels,
        Optional<Connect> connect,
        OriginCheck originCheck,
        List<Serializer> serializers,
        Expiry expiry,
        Front front,
        LocalEndpoint endpoint) {
    /** Whether letting a client in runs the user's code, which may block. */
    boolean asksToConnect() {
        return connect.isPresent()
                || originCheck instanceof OriginCheck.Asked
                || around().isPresent();
    }

    /** The user's answer to one who wants to connect. */
    ConnectResult ask(Map<String, String> params, ConnectInfo info) throws Exception {
        Connect asked = connect.orElse((_, _) -> ConnectResult.ok());
        ConnectResult result =
                around().isPresent()
                        ? around().get().connect(params, info, asked)
                        : asked.connect(params, info);
        return answered(
                result, "connect of", front.path(), "ConnectResult.ok() or refused(reason)");
    }

    /** What a callback returned, which must be something. */
    <T> T answered(T result, String callback, Object of, String instead) {
        if (result == null) { // a program that is not null-checked
            String text = callback + " " + of + " returned null: return " + instead;
            mistakes().made(Mistake.NULL_RETURNED, () -> text);
            throw new NullPointerException(text);
        }
        return result;
    }

    Optional<ChannelRoute> route(String topic) {
        for (ChannelRoute route : channels) {
            if (route.pattern().matches(topic)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /** The payload that an object stands for. */
    Payload payload(Object value) {
        return Payload.of(value, endpoint.json);
    }

    // ---- what went wrong, told and counted

    void unmatched(String topic, InetSocketAddress peer) {
        mistakes()
                .made(
                        Mistake.UNMATCHED_TOPIC,
                        () ->
                                "no channel for topic %s of %s: %s has %s"
                                        .formatted(
                                                Mistakes.shown(topic),
                                                peer,
                                                front.path(),
                                                channels.stream()
                                                        .map(route -> route.pattern().text())
                                                        .collect(Collectors.joining(", "))));
    }

    void joinRefused(String topic, Payload reason, InetSocketAddress peer) {
        mistakes()
                .made(
                        Mistake.JOIN_REFUSED,
                        () ->
                                "%s may not join %s: %s"
                                        .formatted(peer, Mistakes.shown(topic), reason));
    }

    void unreadable(ProtocolException e, InetSocketAddress peer) {
        mistakes()
                .made(
                        Mistake.UNREADABLE_MESSAGE,
                        () ->
                                "a message of %s closed its connection with %d: %s"
                                        .formatted(
                                                peer,
                                                e.closeCode(),
                                                Mistakes.shown(
                                                        Objects.requireNonNullElse(
                                                                e.getMessage(), ""))));
    }

    // ---- what all sockets of the endpoint share

    PubSub pubSub() {
        return endpoint.pubSub();
    }

    Counters counters() {
        return endpoint.counters;
    }

    Lives lives() {
        return endpoint.lives;
    }

    SocketIds ids() {
        return endpoint.ids;
    }

    Limits limits() {
        return endpoint.limits;
    }

    /** What may wait for the program, over all clients. */
    Budget mail() {
        return endpoint.memory.of(Memory.Kind.MAIL);
    }

    /** What topics and further channels may take, over all clients. */
    Budget channelMemory() {
        return endpoint.memory.of(Memory.Kind.CHANNELS);
    }

    JsonCodec json() {
        return endpoint.json;
    }

    Admission admission() {
        return endpoint.admission;
    }

    EndpointClock clock() {
        return endpoint.clock;
    }

    Optional<Around> around() {
        return endpoint.around;
    }

    Mistakes mistakes() {
        return endpoint.mistakes;
    }
}
