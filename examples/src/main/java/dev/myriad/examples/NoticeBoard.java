package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic with a history: who joins gets the notices after those that it has. */
public final class NoticeBoard extends Channel {
    record Notice(int id, String text) {}

    /** Up to which id a client has every notice; of two posted at once it may see the later first. */
    record Since(int id) {}

    record Text(String text) {}

    /** The store of one board, here in memory; usually a database. Thread-safe. */
    static final class Notices {
        private final List<Notice> all = new CopyOnWriteArrayList<>();

        synchronized Notice add(String text) {
            Notice notice = new Notice(all.size() + 1, text);
            all.add(notice);
            return notice;
        }

        List<Notice> since(int id) {
            return all.stream().filter(notice -> notice.id() > id).toList();
        }
    }

    private final Notices notices;
    private int seen;

    NoticeBoard(Notices notices) {
        this.notices = notices;
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        seen = params.as(Since.class).id();
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        push("history", Map.of("notices", notices.since(seen)));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        Notice notice = notices.add(payload.as(Text.class).text()); // first store,
        broadcast("notice", notice); // then broadcast
        return Result.ok();
    }
}
