#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::attacks::report {

/// What is wrong with this HTML or SVG, or "" if every tag is closed in order, every attribute is quoted, no attribute
/// stands twice, every & starts a character reference and no < or > stands loose.
std::string markup_fault(std::string_view html);

/// How often a piece occurs.
std::size_t count(std::string_view text, std::string_view piece);

/// The values of a numeric attribute in the order in which they stand.
std::vector<double> attribute_numbers(const std::string& html, const std::string& attribute);

}  // namespace tacit::attacks::report
