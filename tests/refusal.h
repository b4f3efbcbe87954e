#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/error.h"

namespace tacit {

/// Runs `action`, which must be refused with an Error of this kind; returns its message.
template <class Action>
std::string refusal(ErrorKind kind, Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

}  // namespace tacit
