#pragma once

#include <string_view>

namespace tacit::attacks::report {

/// The style sheet of the report: light and dark, screen and print, wide and narrow. It loads nothing.
std::string_view html_style();

}  // namespace tacit::attacks::report
