package org.trestle.turn.credentials;

/**
 * Credentials that are not accepted, for the operator only.
 *
 * @param words one line that says what is wrong and what to do: without passwords and keys
 */
public record Refusal(Cause cause, String words) {}
