#pragma once

#include <string>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The value of "attacks" in machine-readable output: a JSON array with one object for each attack and each baseline,
/// case by case. Keys: case, kind ("attack" or "baseline"), name, source, scenario, label_accuracy (fraction), mse,
/// psnr_db, ssim, circular_distance_rad (means over the examples), exact (true if the PSNR is infinite), best (an
/// object with the same five measures, of the best example), examples (an array of such objects, possibly empty),
/// restarts, iterations, seconds, note. JSON has no infinity: an infinite PSNR is null with exact true. Absent values
/// and NaN are null. Malformed UTF-8 is replaced.
std::string render_attacks_json(const ReportData& data);

/// The value of "verdicts": a JSON array with one object for each scenario attacked. Keys: case, scenario, leakage
/// ("exact", "some examples exact", "clear leak", "partial leak", "no better than a guess", "no baseline", "not
/// measured"), attack and baseline (names or null), measure ("mse" or "circular_distance_rad"), attack_error,
/// baseline_error (or null), label_accuracy and baseline_label_accuracy
/// (fractions or null), labels_leak, exact_examples, examples.
std::string render_verdicts_json(const ReportData& data);

}  // namespace tacit::attacks::report
