/** Software Version (XEP-0092): decides what this program calls itself. Imports feature and below. */
@NullMarked
package org.trestle.xmpp.feature.version;

import org.jspecify.annotations.NullMarked;
