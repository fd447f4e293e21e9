/**
 * Decides who a client is (RFC 6120 section 6): offers mechanisms, runs their exchanges and says the failure conditions.
 * Imports {@code auth.attempts}, {@code auth.cert}, {@code auth.scram}, {@code auth.keys} and {@code auth.prep}; knows no streams and no channels.
 */
@NullMarked
package org.trestle.auth.sasl;

import org.jspecify.annotations.NullMarked;
