#pragma once

#include <optional>
#include <span>
#include <string>

#include "attacks/features.h"
#include "attacks/report/report_data.h"

namespace tacit::simulation {

/// An example [features.size()] as a picture of a report, its bounds black and white. Angles are shown by their
/// representative nearest to the bounds; what is not finite as grey. Nothing unless it is a grey or colour image with
/// known bounds.
std::optional<attacks::report::Picture> example_picture(std::span<const double> example,
                                                        const attacks::Features& features, const std::string& caption);

}  // namespace tacit::simulation
