package org.trestle.cluster.api;

/**
 * What all of the replicated state of a node comes to: nodes that have applied the same index have the same digest.
 *
 * @param index the last log index that the node has applied
 * @param digest SHA-256 over tables, session directory and members, in hexadecimal
 */
public record StateFingerprint(long index, String digest) {}
