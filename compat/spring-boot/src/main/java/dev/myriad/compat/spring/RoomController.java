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

    RoomController(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @PostMapping("/rooms/{room}")
    void say(@PathVariable String room, @RequestBody RoomChannel.Saying saying) {
        endpoint.broadcast("room:" + room, "said", new RoomChannel.Said("a post", saying.text()));
    }
}
