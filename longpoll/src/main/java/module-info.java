/** Long polling: a transport around another, for clients whose proxies refuse WebSockets. */
module dev.myriad.longpoll {
    requires static transitive org.jspecify;
    requires dev.myriad.log;
    requires transitive dev.myriad.net;
    requires transitive dev.myriad.protocol;

    exports dev.myriad.longpoll;
}
