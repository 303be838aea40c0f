package dev.myriad.channels;

import java.util.Map;

/** Decides who may connect to a socket. Called on a virtual thread for each: it may block. */
@FunctionalInterface
public interface Connect {
    /**
     * Answers one client. What it throws is answered with HTTP status 500.
     *
     * @param params the query parameters, where Phoenix clients put theirs
     */
    ConnectResult connect(Map<String, String> params, ConnectInfo info) throws Exception;
}
