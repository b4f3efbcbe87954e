#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/example_source.h"

namespace tacit::datasets {

/// Makes the features of one example of those of another: reads `from`, writes every element of `to`, which does not
/// overlap it. Called from several threads.
using ExampleMap = std::function<void(std::span<const float> from, std::span<float> to)>;

/// Every example mapped to one of this shape; bounds stay. Features in memory are mapped at once, in their place if
/// they do not grow; those of a file as they are read. So the result is the same, bit by bit.
Dataset mapped(Dataset data, ExampleMap map, Shape shape);
/// The same to the shape that they have.
Dataset mapped(Dataset data, ExampleMap map);

/// Examples of two sources of equally many features: records of the second follow those of the first.
class JoinedExamples final : public ExampleSource {
 public:
  using Part = std::shared_ptr<const ExampleSource>;
  /// Throws Error(usage) if the numbers of features differ.
  JoinedExamples(Part first, Part second);

  std::uint64_t size() const noexcept override { return first_->size() + second_->size(); }
  std::size_t features() const noexcept override { return first_->features(); }
  void read(std::uint64_t record, std::span<float> to) const override;

 private:
  Part first_, second_;
};

/// Gives the features of every example in turn to `visit`, from memory or from the file.
template <class Visit>
void for_each_example(const Dataset& data, const Visit& visit) {
  std::vector<float> row(data.is_streamed() ? data.feature_size() : 0);
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data.is_streamed()) data.copy_example(i, row);
    visit(data.is_streamed() ? std::span<const float>(row) : data.example(i));
  }
}

}  // namespace tacit::datasets
