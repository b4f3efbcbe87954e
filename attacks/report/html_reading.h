#pragma once

#include <string>

namespace tacit::attacks::report {

/// The section that defines every measure and control of the report.
std::string html_reading();

}  // namespace tacit::attacks::report
