#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tacit::datasets {

inline std::filesystem::path write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

inline std::filesystem::path write_gzip(const std::filesystem::path& file, std::string_view content) {
  gzFile stream = gzopen(file.c_str(), "wb");
  gzwrite(stream, content.data(), static_cast<unsigned>(content.size()));
  gzclose(stream);
  return file;
}

/// Runs `action`, expects an Error of the kind whose message contains every given piece.
template <class Action, class... Pieces>
void expect_error(ErrorKind kind, Action&& action, const Pieces&... pieces) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    for (const std::string_view piece : {std::string_view(pieces)...})
      EXPECT_NE(std::string_view(error.what()).find(piece), std::string_view::npos)
          << "'" << error.what() << "' lacks '" << piece << "'";
    return;
  }
  ADD_FAILURE() << "no error was thrown";
}

}  // namespace tacit::datasets
