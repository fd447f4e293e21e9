/**
 * Decides which user names, passwords and bare Jids are valid and what their one canonical text is (RFC 7622, RFC 8265).
 * Imports nothing of ours.
 */
@NullMarked
package org.trestle.auth.prep;

import org.jspecify.annotations.NullMarked;
