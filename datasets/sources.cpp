#include "datasets/sources.h"

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/memory.h"
#include "datasets/readers/cifar.h"
#include "datasets/readers/csv.h"
#include "datasets/readers/idx.h"
#include "datasets/readers/libsvm.h"
#include "datasets/readers/numpy_arrays.h"
#include "datasets/readers/picture_folder.h"
#include "datasets/readers/table.h"
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

/// Whether features stay in their file.
bool is_streamed(ConfigTable& section) {
  return section.boolean("streamed", false);
}

SourceData idx(ConfigTable& section) {
  const std::string images = section.string("images"), labels = section.string("labels");
  const auto classes = static_cast<std::size_t>(section.integer("label_count", {2, 256}));
  const auto read = is_streamed(section) ? stream_idx_images : read_idx_images;
  SourceData data{read(images, labels, classes), {}, false};
  if (section.has("test_images") || section.has("test_labels")) {
    const std::string test_images = section.string("test_images"), test_labels = section.string("test_labels");
    data.test = read(test_images, test_labels, classes);
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
    require_memory(static_cast<double>(all.features.size() + next.features.size()) * sizeof(float),
                   fmt::format("{}: examples of {} files together", files[i], i + 1));
    all.features.insert(all.features.end(), next.features.begin(), next.features.end());
    all.labels.insert(all.labels.end(), next.labels.begin(), next.labels.end());
  }
  return all;
}

SourceData cifar10(ConfigTable& section) {
  const std::vector<std::string> files = section.strings("files");
  const std::vector<std::string> test_files = section.strings("test_files", std::vector<std::string>{});
  if (files.empty()) section.refuse("files", "expected one file at least");
  const auto read = is_streamed(section) ? stream_cifar10 : read_all_cifar10;
  SourceData data{read(files), {}, false};
  if (!test_files.empty()) data.test = read(test_files);
  return data;
}

/// Where the Debian package dataset-fashion-mnist puts its files.
constexpr const char* fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

SourceData fashion_mnist(ConfigTable& section) {
  constexpr std::size_t classes = 10;
  const std::filesystem::path folder = section.string("folder", std::string(fashion_mnist_folder));
  const auto part = [&](const std::string& name) {
    const std::filesystem::path images = folder / (name + "-images-idx3-ubyte.gz");
    if (!std::filesystem::exists(images))
      section.refuse("folder", "there is no '" + images.string() +
                                   "'; install the Debian/Ubuntu package 'dataset-fashion-mnist', or say where its "
                                   "files are");
    return read_idx_images(images, folder / (name + "-labels-idx1-ubyte.gz"), classes);
  };
  return {part("train"), part("t10k"), false};
}

/// Whether the targets of the source are real numbers.
bool is_regression(ConfigTable& section) {
  return section.choice("task", {"classification", "regression"}, "classification") == "regression";
}

SourceData table(ConfigTable& section) {
  TableFormat format;
  const std::string file = section.string("file");
  format.header = section.boolean("header", true);
  const std::string delimiter = section.string("delimiter", ",");
  if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n")
    section.refuse("delimiter", "expected one character, such as \",\", \";\" or \"\\t\"");
  format.delimiter = delimiter.front();
  format.regression = is_regression(section);
  format.target = section.string("target", std::string());
  format.targets = section.strings("targets", std::vector<std::string>{});
  if (!format.regression && section.has("targets"))
    section.refuse("targets", "several targets are real numbers; task = \"regression\" says that they are");
  if (!format.target.empty() && section.has("targets")) section.refuse("targets", "cannot be had together with target");
  format.categorical = section.strings("categorical", std::vector<std::string>{});
  format.ignored = section.strings("ignore", std::vector<std::string>{});
  format.group = section.string("group_column", std::string());
  return {read_table(file, format), {}, true};
}

SourceData libsvm(ConfigTable& section) {
  const std::string file = section.string("file");
  const auto features = static_cast<std::size_t>(section.integer("features", {0, 10'000'000}, 0));
  return {read_libsvm(file, features, is_regression(section)), {}, true};
}

SourceData numpy(ConfigTable& section) {
  NumpyArrays arrays;
  arrays.file = section.string("file");
  if (arrays.file.extension() == ".npz") {
    arrays.features_name = section.string("features_name", arrays.features_name);
    arrays.labels_name = section.string("labels_name", arrays.labels_name);
  } else {
    arrays.labels = section.string("labels");
  }
  const bool regression = is_regression(section);
  if (regression && section.has("label_count"))
    section.refuse("label_count", "real-valued targets have no classes to count");
  const auto classes = static_cast<std::size_t>(section.integer("label_count", {0, 1'000'000}, 0));
  const bool streamed = is_streamed(section);
  if (streamed && arrays.labels.empty())
    section.refuse("streamed", "an .npz archive is read as a whole; .npy files can be read example by example");
  Dataset data = read_numpy(arrays, classes, regression, streamed);
  const bool tabular = data.feature_shape.size() == 1;
  return {std::move(data), {}, tabular};
}

SourceData folder(ConfigTable& section) {
  const std::string path = section.string("folder");
  const auto channels = static_cast<std::size_t>(section.integer("channels", {1, 3}, 3));
  if (channels == 2) section.refuse("channels", "expected 1 (grey) or 3 (colour)");
  const std::vector<std::int64_t> size = section.integers("size", {1, 65536}, std::vector<std::int64_t>{});
  if (!size.empty() && size.size() != 2) section.refuse("size", "expected two numbers, height and width");
  return {read_picture_folder(path, channels, size.empty() ? 0 : static_cast<std::size_t>(size[0]),
                              size.empty() ? 0 : static_cast<std::size_t>(size[1])),
          {},
          false};
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
    {"fashion_mnist", fashion_mnist},
    {"csv", csv},
    {"table", table},
    {"libsvm", libsvm},
    {"numpy", numpy},
    {"folder", folder},
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

namespace {

/// What a source that can leave features in its files says where they do not fit into memory.
std::string advice(const std::string& source, const ConfigTable& section) {
  const bool is_one_array = source == "numpy" && section.has("labels");
  if (source != "idx" && source != "cifar10" && !is_one_array) return {};
  return "; streamed = true leaves features in their file";
}

/// What does not fit into memory gets the place of the key that asked for it.
SourceData read_within_memory(const Source& source, ConfigTable& section) {
  try {
    return source.read(section);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::resource) throw;
    for (const char* key : {"features", "categorical", "size", "file", "images", "files", "folder"})
      if (section.has(key)) section.refuse(key, error.what() + advice(source.name, section));
    throw;
  }
}

}  // namespace

SourceData read_source(ConfigTable& section) {
  const std::string name = section.choice("source", source_names());
  for (const Source& source : sources) {
    if (name != source.name) continue;
    SourceData data = read_within_memory(source, section);
    data.examples.name = data.test.name = name;
    return data;
  }
  fail(ErrorKind::internal, "source '{}' was accepted but is not registered", name);
}

}  // namespace tacit::datasets
