#include "attacks/report/html_pictures.h"

#include <fmt/core.h>

#include "attacks/report/html_markup.h"
#include "attacks/report/png.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

std::string figure(const PictureRow& row, std::size_t index) {
  const Picture& picture = row.pictures[index];
  const std::uint32_t scale = readable_scale(picture.image);
  std::string source;
  try {
    source = png_data_uri(picture.image, scale);
  } catch (const Error& error) {
    fail(error.kind(), "Picture {} of row '{}' cannot be drawn: {}", index + 1, row.label, error.what());
  }
  std::string caption = escape_html(picture.caption);
  if (const std::size_t lost = count_non_finite(picture.image); lost > 0)
    caption += fmt::format(" ({} of {} values not finite)", lost, picture.image.pixels.size());
  return fmt::format(R"(<figure{}><img src="{}" width="{}" height="{}" alt="{}"><figcaption>{}</figcaption></figure>)",
                     index == 0 ? R"( class="original")" : "", source, picture.image.width * scale,
                     picture.image.height * scale, escape_html(row.label + ": " + picture.caption), caption);
}

}  // namespace

std::string html_pictures(const std::vector<PictureRow>& rows) {
  std::string html;
  for (const PictureRow& row : rows) {
    html += fmt::format(R"(<div class="picture-row"><h4>{}</h4><div class="pictures">)", escape_html(row.label));
    for (std::size_t i = 0; i < row.pictures.size(); ++i) html += figure(row, i);
    html += "</div></div>\n";
  }
  return html;
}

}  // namespace tacit::attacks::report
