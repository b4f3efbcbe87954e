#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace tacit {

/// The top folder of the sources, from the environment variable TACIT_SOURCE, which ctest sets. Throws
/// std::runtime_error where a test program was started without it.
inline std::filesystem::path source_folder() {
  const char* folder = std::getenv("TACIT_SOURCE");
  if (folder == nullptr || *folder == '\0')
    throw std::runtime_error("TACIT_SOURCE names no folder: set it to the top folder of the sources");
  return folder;
}

}  // namespace tacit
