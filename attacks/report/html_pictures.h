#pragma once

#include <string>
#include <vector>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The originals beside their reconstructions as embedded PNG images, enlarged so that 8 x 8 pixels can be read.
/// Throws Error(usage) naming row and picture if an image's sizes do not agree (see encode_png).
std::string html_pictures(const std::vector<PictureRow>& rows);

}  // namespace tacit::attacks::report
