/**
 * What operators are told of a relay's work: refusals with their true cause, at a bounded rate, and what keys are used.
 * Imports the relay.
 */
@NullMarked
package org.trestle.turn.journal;

import org.jspecify.annotations.NullMarked;
