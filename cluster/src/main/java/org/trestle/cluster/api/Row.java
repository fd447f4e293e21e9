package org.trestle.cluster.api;

/**
 * One value of a replicated table.
 *
 * @param value the encoded value; shared, never to be changed
 * @param version the log index of the entry that wrote it: greater than that of every earlier write
 */
public record Row(String table, String key, byte[] value, long version) {}
