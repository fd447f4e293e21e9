/**
 * The replicated log on bare Atomix Raft: decides how entries are ordered, stored and acknowledged, and guards Atomix
 * against what it is known to do wrong. The only package that sees Atomix; imports {@code api}, {@code log},
 * {@code time} and {@code transport}.
 */
@NullMarked
package org.trestle.cluster.raft;

import org.jspecify.annotations.NullMarked;
