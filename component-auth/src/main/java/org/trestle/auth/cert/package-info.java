/**
 * Decides whom a client's certificate stands for: whether it leads to an authority that the operator trusts, and which Jids it
 * names. Imports {@code auth.prep}.
 */
@NullMarked
package org.trestle.auth.cert;

import org.jspecify.annotations.NullMarked;
