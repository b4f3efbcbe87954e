#include "models/weight_files.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "core/npy.h"
#include "models/onnx/export.h"
#include "models/onnx/import.h"
#include "models/safetensors.h"

namespace tacit::models {

namespace {

namespace fs = std::filesystem;

enum class Format { safetensors, npz, onnx };

Format format_of(const fs::path& file) {
  const std::string extension = file.extension();
  if (extension == ".safetensors") return Format::safetensors;
  if (extension == ".npz") return Format::npz;
  if (extension == ".onnx") return Format::onnx;
  fail(ErrorKind::usage, "{}: the name must end in .safetensors, .npz or .onnx, which says the format", file.string());
}

Parameters read_npz_weights(const fs::path& file, const std::shared_ptr<const ParameterSchema>& schema) {
  const std::map<std::string, NpyArray> arrays = read_npz(file);
  Parameters result(schema);
  for (const auto& [name, array] : arrays)
    if (schema->find(name) == nullptr)
      fail(ErrorKind::data, "{}: tensor '{}' is not part of the model", file.string(), name);
  for (const ParameterEntry& entry : schema->entries()) {
    const auto found = arrays.find(entry.name);
    if (found == arrays.end())
      fail(ErrorKind::data, "{}: tensor '{}' of the model is missing", file.string(), entry.name);
    const NpyArray& array = found->second;
    if (array.type.find('f') == std::string::npos)
      fail(ErrorKind::data, "{}: tensor '{}': its elements are '{}', expected floats", file.string(), entry.name,
           array.type);
    if (array.shape != entry.shape)
      fail(ErrorKind::data, "{}: tensor '{}': shape is {}, the model's is {}", file.string(), entry.name,
           to_string(array.shape), to_string(entry.shape));
    const std::span<float> target = result.tensor(entry.name);
    for (std::size_t i = 0; i < target.size(); ++i) {
      target[i] = static_cast<float>(array.values[i]);
      if (!std::isfinite(target[i]))
        fail(ErrorKind::data, "{}: {} is not a finite number", file.string(), schema->element_name(entry.offset + i));
    }
  }
  return result;
}

void write_npz_weights(const fs::path& file, const Parameters& parameters) {
  std::vector<NamedArray> arrays;
  for (const ParameterEntry& entry : parameters.schema().entries())
    arrays.push_back({entry.name, parameters.tensor(entry.name), entry.shape});
  write_npz(file, arrays);
}

}  // namespace

void check_weight_file(const fs::path& file) {
  format_of(file);
}

Parameters read_weights(const fs::path& file, const std::shared_ptr<const ParameterSchema>& schema) {
  switch (format_of(file)) {
    case Format::safetensors:
      return read_safetensors(file, schema);
    case Format::npz:
      return read_npz_weights(file, schema);
    case Format::onnx:
      return import_onnx(file).parameters(schema, file.string());
  }
  fail(ErrorKind::internal, "{}: no reader", file.string());
}

void write_model(const fs::path& file, const Model<float>& model, const Parameters& parameters) {
  switch (format_of(file)) {
    case Format::safetensors:
      return write_safetensors(file, parameters);
    case Format::npz:
      return write_npz_weights(file, parameters);
    case Format::onnx:
      return write_atomically(file, std::span<const std::byte>(export_onnx(model.graph(), parameters.values())));
  }
}

}  // namespace tacit::models
