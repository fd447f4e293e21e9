package org.trestle.cluster.api;

/** A write or a barrier found no quorum in time. Its outcome is unknown unless the message says otherwise. */
public final class ClusterUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public ClusterUnavailableException(String message) {
        super(message);
    }
}
