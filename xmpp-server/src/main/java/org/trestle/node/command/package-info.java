/**
 * The console's commands: their words, what they change, and what they answer, as the labels that operators' scripts know
 * or as JSON. Imports the cluster's ports, authentication, configuration, keys and the console's terminal; knows the node
 * only through {@link org.trestle.node.command.NodeControl}.
 */
@NullMarked
package org.trestle.node.command;

import org.jspecify.annotations.NullMarked;
