package org.trestle.auth.sasl;

import java.util.List;

/**
 * What one stream was offered. It is made once for each stream header, because a client may choose only from what it was
 * told, and SCRAM tells it a hash of that (XEP-0474).
 *
 * @param domain of the stream, normalised; accounts are looked up in it
 * @param certified the accounts of the domain that the peer's certificate stands for, bare Jids
 * @param mechanisms strongest first; never empty on a secured channel
 */
public record SaslOffer(String domain, SaslChannel channel, List<String> certified, List<String> mechanisms) {
    public SaslOffer {
        certified = List.copyOf(certified);
        mechanisms = List.copyOf(mechanisms);
    }

    /** An offer to a peer without a certificate. */
    public SaslOffer(String domain, SaslChannel channel, List<String> mechanisms) {
        this(domain, channel, List.of(), mechanisms);
    }

    /** The types of channel binding to announce (XEP-0440), empty for none. */
    public List<String> bindingTypes() {
        return channel.bindings().types();
    }
}
