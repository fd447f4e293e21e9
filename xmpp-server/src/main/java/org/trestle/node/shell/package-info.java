/**
 * The console: a client program, a Unix domain socket in the data directory, and the server side in the node. Decides how
 * arguments, files, secrets and output travel, and knows no command. Imports nothing of ours: the client program must
 * start quickly.
 */
@NullMarked
package org.trestle.node.shell;

import org.jspecify.annotations.NullMarked;
