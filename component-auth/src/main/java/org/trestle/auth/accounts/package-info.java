/**
 * Decides which accounts exist: their names, their SCRAM keys (never a password) and who is an administrator, all in the
 * replicated table {@code users}. Imports {@code auth.scram}, {@code auth.prep} and {@code cluster.api}.
 */
@NullMarked
package org.trestle.auth.accounts;

import org.jspecify.annotations.NullMarked;
