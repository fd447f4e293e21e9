/**
 * Unique and Stable Stanza IDs (XEP-0359): decides by what id an account knows a message, and takes out what only poses as
 * one. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.stanzaid;

import org.jspecify.annotations.NullMarked;
