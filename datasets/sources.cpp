#include "datasets/sources.h"

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "datasets/readers/cifar.h"
#include "datasets/readers/csv.h"
#include "datasets/readers/idx.h"
#include "datasets/transforms/scale_range.h"

namespace tacit::datasets {

namespace {

std::filesystem::path bundled(const char* file) {
  return share_folder() / "datasets" / file;
}

SourceData bundled_table(const char* file) {
  return {read_csv(bundled(file), {.header = true}), {}, true};
}

SourceData digits(ConfigTable&) {
  Dataset data = read_csv(bundled("digits.csv.gz"), {.header = false, .classes = 10});
  data.feature_shape = {1, 8, 8};
  data.feature_low = 0;
  data.feature_high = 16;
  return {scale_range(std::move(data), 0, 1), {}, false};
}

SourceData mnist10k(ConfigTable&) {
  constexpr std::size_t classes = 10;
  return {read_idx_images(bundled("mnist10k-train-images-idx3-ubyte.gz"),
                          bundled("mnist10k-train-labels-idx1-ubyte.gz"), classes),
          read_idx_images(bundled("mnist10k-test-images-idx3-ubyte.gz"), bundled("mnist10k-test-labels-idx1-ubyte.gz"),
                          classes),
          false};
}

SourceData csv(ConfigTable& section) {
  CsvFormat format;
  const std::string file = section.string("file");
  format.header = section.boolean("header", false);
  if (!format.header) format.classes = static_cast<std::size_t>(section.integer("label_count", {2, 1'000'000}));
  return {read_csv(file, format), {}, true};
}

SourceData idx(ConfigTable& section) {
  const std::string images = section.string("images"), labels = section.string("labels");
  const auto classes = static_cast<std::size_t>(section.integer("label_count", {2, 256}));
  SourceData data{read_idx_images(images, labels, classes), {}, false};
  if (section.has("test_images") || section.has("test_labels")) {
    const std::string test_images = section.string("test_images"), test_labels = section.string("test_labels");
    data.test = read_idx_images(test_images, test_labels, classes);
    if (data.test.feature_shape != data.examples.feature_shape)
      section.refuse("test_images", "test images have shape " + to_string(data.test.feature_shape) +
                                        ", training images " + to_string(data.examples.feature_shape));
  }
  return data;
}

Dataset read_all_cifar10(const std::vector<std::string>& files) {
  Dataset all = read_cifar10(files.front());
  for (std::size_t i = 1; i < files.size(); ++i) {
    const Dataset next = read_cifar10(files[i]);
    all.features.insert(all.features.end(), next.features.begin(), next.features.end());
    all.labels.insert(all.labels.end(), next.labels.begin(), next.labels.end());
  }
  return all;
}

SourceData cifar10(ConfigTable& section) {
  const std::vector<std::string> files = section.strings("files");
  const std::vector<std::string> test_files = section.strings("test_files", std::vector<std::string>{});
  if (files.empty()) section.refuse("files", "expected one file at least");
  SourceData data{read_all_cifar10(files), {}, false};
  if (!test_files.empty()) data.test = read_all_cifar10(test_files);
  return data;
}

struct Source {
  const char* name;
  SourceData (*read)(ConfigTable&);
};

constexpr Source sources[] = {
    {"digits", digits},
    {"breast_cancer", [](ConfigTable&) { return bundled_table("breast_cancer.csv"); }},
    {"wine", [](ConfigTable&) { return bundled_table("wine_data.csv"); }},
    {"iris", [](ConfigTable&) { return bundled_table("iris.csv"); }},
    {"mnist10k", mnist10k},
    {"natural32",
     [](ConfigTable&) {
       return SourceData{read_cifar10(bundled("natural32.bin.gz")), {}, false};
     }},
    {"csv", csv},
    {"idx", idx},
    {"cifar10", cifar10},
};

}  // namespace

const std::vector<std::string>& source_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Source& source : sources) all.emplace_back(source.name);
    return all;
  }();
  return names;
}

SourceData read_source(ConfigTable& section) {
  const std::string name = section.choice("source", source_names());
  for (const Source& source : sources) {
    if (name != source.name) continue;
    SourceData data = source.read(section);
    data.examples.name = data.test.name = name;
    return data;
  }
  fail(ErrorKind::internal, "source '{}' was accepted but is not registered", name);
}

}  // namespace tacit::datasets
