/**
 * Decides which call bridge a component connection is (XEP-0114), keeps their secrets in the replicated state, and says in
 * words what was wrong with a refused one. Imports {@code auth.keys} and {@code cluster.api}.
 */
@NullMarked
package org.trestle.auth.callbridge;

import org.jspecify.annotations.NullMarked;
