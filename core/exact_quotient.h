#pragma once

// Internal to core: how ExactSum leaves the integers.

namespace tacit {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

/// (sum * 2^-64) / divisor, rounded once to the nearest float, half to even, for every finite, non-zero double divisor.
/// Beyond the largest float it is infinite; a zero sum gives +0.
float exact_quotient(Int128 sum, double divisor) noexcept;

/// The same by integer arithmetic alone: the definition that the quick way above is held to.
float exact_quotient_by_integers(Int128 sum, double divisor) noexcept;

/// `value` in units of 2^-64, rounded half to even. Requires 0 <= value < 2^62.
Uint128 to_fixed_point(double value) noexcept;

}  // namespace tacit
