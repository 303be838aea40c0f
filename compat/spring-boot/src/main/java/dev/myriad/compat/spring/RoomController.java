package dev.myriad.compat.spring;

import dev.myriad.channels.Endpoint;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Says in a room what is posted over HTTP. Thread-safe. */
@RestController
class RoomController {
    private final Endpoint endpoint;
    private final History history;

    RoomController(Endpoint endpoint, History history) {
        this.endpoint = endpoint;
        this.history = history;
    }

    @PostMapping("/rooms/{room}")
    void say(@PathVariable String room, @RequestBody RoomChannel.Saying saying) {
        String topic = "room:" + room;
        endpoint.broadcast(topic, "said", history.add(topic, "a post", saying.text()));
    }
}
