#include "cli/circuit_spectrum_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tacit::cli {
namespace {

using quantum_sim::analysis::FeatureSpectrum;

constexpr std::size_t most_panels = 24, columns = 3;
constexpr double panel_width = 330, panel_height = 190, left = 46, bottom = 40, top = 34, right = 14;

constexpr const char* style =
    "<style>text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#7d8590;text-anchor:middle}"
    ".t{font-size:13px}.y{text-anchor:end}.a{stroke:#7d8590;stroke-width:1}"
    ".g{stroke:#7d8590;stroke-width:.5;stroke-dasharray:2 3}.s{stroke:#3f76c4;stroke-width:2}.d{fill:#3f76c4}"
    "</style>\n";

std::string panel(const FeatureSpectrum& feature, std::size_t output, double x, double y) {
  const double width = panel_width - left - right, height = panel_height - top - bottom;
  const double x0 = x + left, y0 = y + panel_height - bottom;
  std::string text = fmt::format("<text class=\"t\" x=\"{:.0f}\" y=\"{:.0f}\">output {}, x_{}: {} frequencies</text>\n",
                                 x0 + width / 2, y + 20, output, feature.input, feature.frequencies.count());
  double largest = 0, maximum = feature.frequencies.maximum > 0 ? feature.frequencies.maximum : 1;
  for (const auto& term : feature.series.terms) largest = std::max(largest, std::abs(term.coefficient));
  if (largest == 0) largest = 1;
  for (const double share : {0.0, 0.5, 1.0}) {
    text += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                        share == 0 ? "a" : "g", x0, y0 - share * height, x0 + width, y0 - share * height);
    text += fmt::format("<text class=\"y\" x=\"{:.1f}\" y=\"{:.1f}\" dy=\"0.35em\">{:.2g}</text>\n", x0 - 6,
                        y0 - share * height, share * largest);
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{:.3g}</text>\n", x0 + 6 + share * (width - 12), y0 + 16,
                        share * maximum);
  }
  for (const auto& term : feature.series.terms) {
    const double at = x0 + 6 + term.frequency / maximum * (width - 12);
    const double tip = y0 - std::abs(term.coefficient) / largest * height;
    text += fmt::format(
        "<line class=\"s\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/><circle class=\"d\" "
        "cx=\"{0:.1f}\" "
        "cy=\"{2:.1f}\" r=\"2.6\"/>\n",
        at, y0, tip);
  }
  return text + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">frequency</text>\n", x0 + width / 2, y0 + 32);
}

}  // namespace

std::string spectrum_svg(const quantum_sim::analysis::Spectrum& spectrum) {
  std::string body;
  std::size_t panels = 0;
  for (const auto& output : spectrum.outputs)
    for (const FeatureSpectrum& feature : output.features) {
      if (feature.series.terms.empty() || panels >= most_panels) continue;
      body += panel(feature, output.output, static_cast<double>(panels % columns) * panel_width,
                    static_cast<double>(panels / columns) * panel_height);
      ++panels;
    }
  const double width = panel_width * static_cast<double>(std::clamp<std::size_t>(panels, 1, columns));
  const double height = panel_height * std::max(1.0, std::ceil(static_cast<double>(panels) / columns));
  if (panels == 0) body = "<text x=\"165\" y=\"95\">no output depends on an input</text>\n";
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
             "{1:.0f}\" role=\"img\">\n<title>Magnitudes of Fourier coefficients</title>\n",
             width, height) +
         style + body + "</svg>\n";
}

}  // namespace tacit::cli
