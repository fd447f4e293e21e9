/** The rules of the house, as tests: each module's ArchitectureTest asks these of its own classes. */
@NullMarked
package org.trestle.architecture;

import org.jspecify.annotations.NullMarked;
