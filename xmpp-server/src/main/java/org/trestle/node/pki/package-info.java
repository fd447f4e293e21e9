/**
 * The node's keys and certificates for clients and components: making, reading, comparing, and the file area that the
 * console's {@code pki} commands work in. Values and files only; knows no command and no stream.
 */
@NullMarked
package org.trestle.node.pki;

import org.jspecify.annotations.NullMarked;
