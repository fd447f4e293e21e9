package org.trestle.auth.scram;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The channel bindings of one TLS connection (RFC 5056). */
public interface ChannelBindings {

    /** A channel that nothing can be bound to. */
    ChannelBindings NONE = new ChannelBindings() {
        @Override
        public List<String> types() {
            return List.of();
        }

        @Override
        public byte @Nullable [] data(String type) {
            return null;
        }
    };

    /** The registered names of the types that this channel has, strongest first. */
    List<String> types();

    /** The data of a type, or null when this channel does not have it; never to be changed. */
    byte @Nullable [] data(String type);
}
