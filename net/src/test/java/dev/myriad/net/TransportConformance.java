package dev.myriad.net;

/**
 * What every transport does, byte for byte. Its parts lie in the interfaces; a subclass starts the
 * transport that it is about.
 */
public abstract class TransportConformance
        implements ListeningConformance,
                UpgradeConformance,
                HttpConformance,
                RequestConformance,
                ProxyConformance,
                MessageConformance,
                ClosingConformance,
                DrainConformance,
                LimitsConformance,
                GroupConformance,
                LoadConformance,
                ChurnConformance {}
