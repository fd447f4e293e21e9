/**
 * Decides how the cluster's own random key is made and what is derived from it: fingerprints and decoys that are the same
 * on every node. Imports {@code cluster.api}.
 */
@NullMarked
package org.trestle.auth.keys;

import org.jspecify.annotations.NullMarked;
