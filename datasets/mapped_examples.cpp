#include "datasets/mapped_examples.h"

#include <deque>
#include <utility>

#include "core/error.h"

namespace tacit::datasets {

namespace {

/// A place for one example, reused by the next of the same thread and depth: maps of mapped examples nest.
class Row {
 public:
  explicit Row(std::size_t features) {
    if (depth == rows.size()) rows.emplace_back();
    row_ = &rows[depth++];
    row_->resize(features);
  }
  ~Row() { --depth; }
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  std::span<float> span() const noexcept { return *row_; }

 private:
  static thread_local std::deque<std::vector<float>> rows;  // a deque, so that rows in use stay where they are
  static thread_local std::size_t depth;
  std::vector<float>* row_;
};

thread_local std::deque<std::vector<float>> Row::rows;
thread_local std::size_t Row::depth = 0;

/// The examples of another source, mapped as they are read.
class MappedExamples final : public ExampleSource {
 public:
  MappedExamples(std::shared_ptr<const ExampleSource> inner, ExampleMap map, std::size_t features)
      : inner_(std::move(inner)), map_(std::move(map)), features_(features) {}

  std::uint64_t size() const noexcept override { return inner_->size(); }
  std::size_t features() const noexcept override { return features_; }
  void read(std::uint64_t record, std::span<float> to) const override {
    if (to.size() != features_) fail(ErrorKind::usage, "{} features asked for, a record has {}", to.size(), features_);
    const Row from(inner_->features());
    inner_->read(record, from.span());
    map_(from.span(), to);
  }

 private:
  std::shared_ptr<const ExampleSource> inner_;
  ExampleMap map_;
  std::size_t features_;
};

void map_in_memory(Dataset& data, const ExampleMap& map, std::size_t to) {
  const std::size_t from = data.feature_size(), count = data.size();
  if (to > from) {
    std::vector<float> grown(count * to);
    for (std::size_t i = 0; i < count; ++i) map(data.example(i), std::span(grown).subspan(i * to, to));
    data.features = std::move(grown);
    return;
  }
  std::vector<float> row(from);
  for (std::size_t i = 0; i < count; ++i) {
    // No example is written over one that is still to be read.
    data.copy_example(i, row);
    map(row, std::span(data.features).subspan(i * to, to));
  }
  data.features.resize(count * to);
  if (to < from) data.features.shrink_to_fit();
}

}  // namespace

Dataset mapped(Dataset data, ExampleMap map, Shape shape) {
  const std::size_t to = element_count(shape);
  if (data.is_streamed())
    data.file = std::make_shared<const MappedExamples>(std::move(data.file), std::move(map), to);
  else
    map_in_memory(data, map, to);
  data.feature_shape = std::move(shape);
  return data;
}

Dataset mapped(Dataset data, ExampleMap map) {
  Shape shape = data.feature_shape;
  return mapped(std::move(data), std::move(map), std::move(shape));
}

JoinedExamples::JoinedExamples(Part first, Part second) : first_(std::move(first)), second_(std::move(second)) {
  if (first_->features() != second_->features())
    fail(ErrorKind::usage, "examples of {} and of {} features cannot be joined", first_->features(),
         second_->features());
}

void JoinedExamples::read(std::uint64_t record, std::span<float> to) const {
  const bool is_first = record < first_->size();
  (is_first ? first_ : second_)->read(is_first ? record : record - first_->size(), to);
}

}  // namespace tacit::datasets
