#include "datasets/transforms/moments.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/npy.h"
#include "datasets/mapped_examples.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Total becomes the moments of both.
void add(Moments& total, const Moments& party) {
  const std::size_t width = total.mean.size();
  const auto before = static_cast<double>(total.examples), more = static_cast<double>(party.examples);
  const double after = before + more;
  std::vector<double> apart(width);
  for (std::size_t i = 0; i < width; ++i) apart[i] = party.mean[i] - total.mean[i];
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j < width; ++j)
      total.scatter[i * width + j] += party.scatter[i * width + j] + apart[i] * apart[j] * (before * more / after);
  for (std::size_t i = 0; i < width; ++i) total.mean[i] += apart[i] * (more / after);
  total.examples += party.examples;
}

Moments moments_of_block(const Eigen::Ref<const Matrix>& rows) {
  const Eigen::RowVectorXd mean = rows.colwise().mean();
  const Matrix centred = rows.rowwise() - mean;
  // Both halves from one: a product's blocks may round them apart.
  Matrix scatter = centred.transpose() * centred;
  scatter.triangularView<Eigen::StrictlyLower>() = scatter.transpose();
  return {static_cast<std::uint64_t>(rows.rows()),
          {mean.data(), mean.data() + mean.size()},
          {scatter.data(), scatter.data() + scatter.size()}};
}

const NpyArray& array_of(const std::map<std::string, NpyArray>& arrays, const std::string& name, const Shape& shape,
                         const std::string& place) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) fail(ErrorKind::data, "{}: has no array '{}'; is it a file of moments?", place, name);
  if (found->second.shape != shape)
    fail(ErrorKind::data, "{}:{}: has shape {}, expected {}", place, name, to_string(found->second.shape),
         to_string(shape));
  for (std::size_t i = 0; i < found->second.values.size(); ++i)
    if (!std::isfinite(found->second.values[i]))
      fail(ErrorKind::data, "{}:{}: element {} is {}, expected a finite number", place, name, i,
           found->second.values[i]);
  return found->second;
}

void require_scatter(const std::vector<double>& scatter, std::size_t width, const std::string& place) {
  for (std::size_t i = 0; i < width; ++i) {
    if (scatter[i * width + i] < 0)
      fail(ErrorKind::data, "{}:scatter: feature {} varies by {}, expected at least 0", place, i,
           scatter[i * width + i]);
    for (std::size_t j = 0; j < i; ++j)
      if (scatter[i * width + j] != scatter[j * width + i])
        fail(ErrorKind::data, "{}:scatter: elements [{}, {}] and [{}, {}] differ", place, i, j, j, i);
  }
}

}  // namespace

Moments moments_of(const Dataset& data) {
  if (data.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to take moments of", data.name);
  // In blocks that are merged as parties are: one pass that holds one block, wherever the features are.
  constexpr std::size_t block = 256;
  Moments total;
  Matrix rows(static_cast<Eigen::Index>(std::min(block, data.size())), static_cast<Eigen::Index>(data.feature_size()));
  Eigen::Index filled = 0;
  std::size_t left = data.size();
  for_each_example(data, [&](std::span<const float> row) {
    std::copy(row.begin(), row.end(), rows.row(filled++).begin());
    if (--left > 0 && filled < rows.rows()) return;
    const Moments part = moments_of_block(rows.topRows(filled));
    if (total.examples == 0)
      total = part;
    else
      add(total, part);
    filled = 0;
  });
  return total;
}

Moments merged(std::span<const Moments> parties) {
  if (parties.empty()) fail(ErrorKind::usage, "the moments of no party cannot be merged");
  Moments total = parties.front();
  for (std::size_t party = 1; party < parties.size(); ++party) {
    if (parties[party].mean.size() != total.mean.size())
      fail(ErrorKind::usage, "party {} has {} features, the ones before it {}", party, parties[party].mean.size(),
           total.mean.size());
    add(total, parties[party]);
  }
  return total;
}

void write_moments(const std::filesystem::path& file, const Moments& moments) {
  const auto width = static_cast<std::int64_t>(moments.mean.size());
  const double examples[] = {static_cast<double>(moments.examples)};
  const std::vector<NamedArray> arrays = {{.name = "examples", .shape = {1}, .wide = examples},
                                          {.name = "mean", .shape = {width}, .wide = moments.mean},
                                          {.name = "scatter", .shape = {width, width}, .wide = moments.scatter}};
  write_npz(file, arrays);
}

Moments read_moments(const std::filesystem::path& file) {
  const std::string place = file.string();
  require_regular_file(file);
  const auto arrays = read_npz(file);
  constexpr double most_examples = 9007199254740992.0;  // 2^53: larger counts are not whole in double
  const double examples = array_of(arrays, "examples", {1}, place).values[0];
  if (!(examples >= 1 && examples <= most_examples && examples == std::floor(examples)))
    fail(ErrorKind::data, "{}:examples: is {}, expected a whole number of at least 1", place, examples);
  const auto mean = arrays.find("mean");
  if (mean == arrays.end() || mean->second.shape.size() != 1 || mean->second.values.empty())
    fail(ErrorKind::data, "{}: has no array 'mean' of shape [features]; is it a file of moments?", place);
  const std::int64_t width = mean->second.shape[0];
  Moments moments{static_cast<std::uint64_t>(examples), array_of(arrays, "mean", {width}, place).values,
                  array_of(arrays, "scatter", {width, width}, place).values};
  require_scatter(moments.scatter, moments.mean.size(), place);
  return moments;
}

}  // namespace tacit::datasets
