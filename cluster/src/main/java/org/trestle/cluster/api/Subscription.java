package org.trestle.cluster.api;

/** Ends a listening; closing it twice does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
