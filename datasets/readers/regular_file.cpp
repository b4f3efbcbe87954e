#include "datasets/readers/regular_file.h"

#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace tacit::datasets {

void require_regular_file(const std::filesystem::path& file) {
  std::error_code problem;
  const std::filesystem::file_status status = std::filesystem::status(file, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    fail(ErrorKind::io, "{}: cannot open: {}", file.string(), std::generic_category().message(ENOENT));
  if (problem) fail(ErrorKind::io, "{}: cannot open: {}", file.string(), problem.message());
  if (std::filesystem::is_directory(status)) fail(ErrorKind::io, "{}: is a folder, not a data file", file.string());
  if (!std::filesystem::is_regular_file(status))
    fail(ErrorKind::io, "{}: is a pipe, socket or device, not a data file", file.string());
}

}  // namespace tacit::datasets
