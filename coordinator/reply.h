#pragma once

#include <functional>
#include <variant>

#include "core/error.h"

namespace tacit::coordinator {

/// An answer, or why there is none.
template <class T>
using Result = std::variant<T, Error>;

/// Takes the answer of an asynchronous call; called exactly once, on any thread. Must not block or throw.
template <class T>
using Reply = std::function<void(Result<T>)>;

}  // namespace tacit::coordinator
