/** Who a peer is: call bridge secrets, accounts, SASL. Knows nothing of streams. */
@NullMarked
package org.trestle.auth;

import org.jspecify.annotations.NullMarked;
