/**
 * Decides how often passwords may be guessed: failed logins are counted by address and by account, on each node for itself.
 * Imports nothing of ours.
 */
@NullMarked
package org.trestle.auth.attempts;

import org.jspecify.annotations.NullMarked;
