#pragma once

namespace tacit {

/// Turns the first SIGINT or SIGTERM into a flag that long work asks for, so that a person's Ctrl-C ends everything in
/// order; a second one ends the process at once. Call early, once; SIGPIPE and SIGXFSZ are ignored from then on.
void install_interrupt_handler();
bool interrupted() noexcept;
/// Throws Error(interrupted) if a person asked to stop.
void check_interrupted();
/// A descriptor that becomes readable on the first signal: for poll beside other descriptors.
int interrupt_descriptor() noexcept;

}  // namespace tacit
