#include "attacks/report/html_reading.h"

#include <fmt/core.h>

#include <array>
#include <utility>

namespace tacit::attacks::report {

std::string html_reading() {
  constexpr std::array<std::pair<const char*, const char*>, 12> entries = {{
      {"MSE",
       "Mean squared error between the reconstruction and the true input, over all features in the units of the data "
       "(pixels lie between 0 and 1). 0 is a perfect copy; smaller means more leaked."},
      {"PSNR",
       "Peak signal-to-noise ratio, 10 log<sub>10</sub>(range² / MSE), in decibels. Every 10 dB is a tenth of the "
       "error. Around 20 dB a picture is recognisable, above 40 dB it looks the same; “exact (∞)” means every "
       "value agrees."},
      {"SSIM",
       "Structural similarity of two images (Wang et al. 2004), from −1 to 1. 1 is the same structure, 0 none in "
       "common. Not given for data that are no images."},
      {"Circular distance",
       "For angle-encoded inputs of a quantum circuit: the distance modulo 2π, in radians, because the "
       "circuit cannot tell such angles apart. A blind guess is π/2 away on average."},
      {"Labels",
       "Share of the labels in the batch that the attack names, order left aside. Labels often leak even where the "
       "inputs do not."},
      {"Best example",
       "The example of the batch that came closest to its original, chosen with the truth at hand. An attacker "
       "cannot make this choice; it shows the worst case for one person."},
      {"Restarts",
       "How many starting points the attack tried. Which result is kept is decided by how well it explains the "
       "gradient, never by the true input."},
      {"Grey image", "Baseline: every feature at the middle of its range."},
      {"Mean image",
       "Baseline: the mean of public data of the same kind. It can look convincing while it shows nothing about "
       "anyone."},
      {"Noise gradient",
       "Baseline: the same attack on a random gradient of equal size. Where this does as well as the attack, "
       "the picture comes from the attacker's prior and not from the traffic."},
      {"Test accuracy",
       "Share of held-out examples that the final global model classifies correctly: what the training was "
       "for, to be weighed against what it gave away."},
      {"ε, δ",
       "Differential privacy spent by the whole training. Smaller ε promises more; “none” means that no such "
       "guarantee was asked for."},
  }};
  std::string html = "<section id=\"reading\"><h2>How to read the numbers</h2><dl class=\"reading\">";
  for (const auto& [term, meaning] : entries) html += fmt::format("<dt>{}</dt><dd>{}</dd>", term, meaning);
  return html +
         "</dl><p>“–” stands for a value that was not measured. An attack that fails is not a proof of safety: a "
         "better one may exist. An attack that succeeds is a proof of leakage under its threat model.</p></section>\n";
}

}  // namespace tacit::attacks::report
