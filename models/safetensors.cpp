#include "models/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/files.h"

namespace tacit::models {

using Json = nlohmann::ordered_json;

namespace {

constexpr const char* metadata_key = "__metadata__";
constexpr const char* hash_key = "schema_hash";
constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // the format's own limit

/// Where a complaint comes from: file, and tensor once it is known.
struct Reader {
  std::string origin;
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", origin, fmt::format(format, std::forward<Args>(args)...));
  }
};

struct Tensor {
  std::string name;
  Shape shape;
  std::uint64_t begin = 0, end = 0;  ///< bytes, relative to the data
};

/// Parses the header and refuses repeated keys, which JSON parsers otherwise pass over in silence.
Json parse_header(const Reader& reader, std::string_view text) {
  std::vector<std::set<std::string>> seen;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second)
      repeated = parsed.get<std::string>();
    return true;
  };
  if (text.empty() || text.front() != '{') reader.refuse("the header does not start with an object");
  Json header = Json::parse(text, watch, false);
  if (header.is_discarded() || !header.is_object()) reader.refuse("the header is not a JSON object");
  if (!repeated.empty()) reader.refuse("key '{}' stands twice in one object of the header", repeated);
  return header;
}

std::uint64_t unsigned_number(const Reader& reader, const std::string& tensor, const char* field, const Json& value) {
  if (!value.is_number_unsigned()) reader.refuse("tensor '{}': {} must hold integers of at least 0", tensor, field);
  return value.get<std::uint64_t>();
}

Tensor read_entry(const Reader& reader, const std::string& name, const Json& entry, std::uint64_t data_size) {
  if (!entry.is_object()) reader.refuse("tensor '{}': its description is not an object", name);
  for (const auto& [key, value] : entry.items())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      reader.refuse("tensor '{}': unknown field '{}'", name, key);
  for (const char* key : {"dtype", "shape", "data_offsets"})
    if (!entry.contains(key)) reader.refuse("tensor '{}': field '{}' is missing", name, key);
  if (entry["dtype"] != "F32") reader.refuse("tensor '{}': dtype is {}, expected \"F32\"", name, entry["dtype"].dump());

  Tensor tensor{name, {}, 0, 0};
  const Json& shape = entry["shape"];
  if (!shape.is_array()) reader.refuse("tensor '{}': shape is not an array", name);
  std::uint64_t elements = 1;
  for (const Json& value : shape) {
    const std::uint64_t extent = unsigned_number(reader, name, "shape", value);
    // Compared before multiplying: the product of hostile extents must not wrap around.
    if (extent > data_size / 4 || (extent != 0 && elements > data_size / 4 / extent))
      reader.refuse("tensor '{}': its shape announces more than the {} bytes of data in the file", name, data_size);
    elements *= extent;
    tensor.shape.push_back(static_cast<std::int64_t>(extent));
  }
  const Json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2) reader.refuse("tensor '{}': data_offsets is not a pair", name);
  tensor.begin = unsigned_number(reader, name, "data_offsets", offsets[0]);
  tensor.end = unsigned_number(reader, name, "data_offsets", offsets[1]);
  if (tensor.begin > tensor.end || tensor.end > data_size)
    reader.refuse("tensor '{}': data_offsets [{}, {}] leave the {} bytes of data", name, tensor.begin, tensor.end,
                  data_size);
  if (tensor.end - tensor.begin != elements * 4)
    reader.refuse("tensor '{}': data_offsets span {} bytes, shape {} needs {}", name, tensor.end - tensor.begin,
                  to_string(tensor.shape), elements * 4);
  return tensor;
}

Metadata read_metadata(const Reader& reader, const Json& object) {
  Metadata metadata;
  if (!object.is_object()) reader.refuse("{} is not an object", metadata_key);
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) reader.refuse("{}: '{}' is not a string", metadata_key, key);
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// In the order of their data, which must have neither gap nor overlap.
std::vector<Tensor> in_order(const Reader& reader, std::vector<Tensor> tensors, std::uint64_t data_size) {
  std::stable_sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::uint64_t reached = 0;
  for (const Tensor& tensor : tensors) {
    if (tensor.begin != reached)
      reader.refuse("tensor '{}': data_offsets start at {}, expected {}, the end of the tensor before", tensor.name,
                    tensor.begin, reached);
    reached = tensor.end;
  }
  if (reached != data_size) reader.refuse("{} bytes of data belong to no tensor", data_size - reached);
  return tensors;
}

std::shared_ptr<const ParameterSchema> schema_of(const Reader& reader, const std::vector<Tensor>& tensors) {
  std::vector<ParameterSchema::Declaration> declarations;
  for (const Tensor& tensor : tensors) declarations.push_back({tensor.name, tensor.shape});
  try {
    return std::make_shared<const ParameterSchema>(declarations);
  } catch (const Error& error) {
    reader.refuse("{}", error.what());
  }
}

}  // namespace

std::vector<std::byte> encode_safetensors(const Parameters& parameters, const Metadata& metadata) {
  Json header = Json::object();
  Json& notes = header[metadata_key] = Json::object();
  notes["format"] = "tacit";
  notes[hash_key] = to_hex(parameters.schema().hash());
  for (const auto& [key, value] : metadata) notes[key] = value;
  for (const ParameterEntry& entry : parameters.schema().entries())
    header[entry.name] = {{"dtype", "F32"},
                          {"shape", entry.shape},
                          {"data_offsets", {entry.offset * 4, (entry.offset + entry.size) * 4}}};
  std::string text = header.dump();
  text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');  // aligns the data

  const std::uint64_t length = text.size();
  std::vector<std::byte> bytes(length_bytes + text.size() + parameters.size() * 4);
  std::memcpy(bytes.data(), &length, length_bytes);
  std::memcpy(bytes.data() + length_bytes, text.data(), text.size());
  if (parameters.size() > 0)
    std::memcpy(bytes.data() + length_bytes + text.size(), parameters.values().data(), parameters.size() * 4);
  return bytes;
}

SafetensorsFile decode_safetensors(std::span<const std::byte> bytes, const std::string& origin) {
  const Reader reader{origin};
  if (bytes.size() < length_bytes)
    reader.refuse("{} bytes are too few for the length of a safetensors header", bytes.size());
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), length_bytes);
  if (length > longest_header || length > bytes.size() - length_bytes)
    reader.refuse("the header length is {}, but only {} bytes follow it (and at most {} are allowed)", length,
                  bytes.size() - length_bytes, longest_header);
  const auto header_bytes = bytes.subspan(length_bytes, length);
  const auto data = bytes.subspan(length_bytes + length);
  const Json header = parse_header(reader, {reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});

  Metadata metadata;
  std::vector<Tensor> tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == metadata_key) {
      metadata = read_metadata(reader, entry);
    } else {
      tensors.push_back(read_entry(reader, name, entry, data.size()));
    }
  }
  tensors = in_order(reader, std::move(tensors), data.size());
  Parameters parameters(schema_of(reader, tensors));
  if (const auto found = metadata.find(hash_key);
      found != metadata.end() && found->second != to_hex(parameters.schema().hash()))
    reader.refuse("{} in {} contradicts the names and shapes of the tensors", hash_key, metadata_key);
  if (!data.empty()) std::memcpy(parameters.values().data(), data.data(), data.size());
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (!std::isfinite(parameters.values()[i]))
      reader.refuse("{} is not a finite number", parameters.schema().element_name(i));
  return {std::move(parameters), std::move(metadata)};
}

void write_safetensors(const std::filesystem::path& file, const Parameters& parameters, const Metadata& metadata) {
  write_atomically(file, std::span<const std::byte>(encode_safetensors(parameters, metadata)));
}

SafetensorsFile read_safetensors(const std::filesystem::path& file) {
  return decode_safetensors(read_bytes(file), file.string());
}

Parameters read_safetensors(const std::filesystem::path& file, const std::shared_ptr<const ParameterSchema>& schema) {
  const Parameters read = read_safetensors(file).parameters;
  const Reader reader{file.string()};
  Parameters result(schema);
  for (const ParameterEntry& entry : read.schema().entries())
    if (schema->find(entry.name) == nullptr) reader.refuse("tensor '{}' is not part of the model", entry.name);
  for (const ParameterEntry& entry : schema->entries()) {
    const ParameterEntry* found = read.schema().find(entry.name);
    if (found == nullptr) reader.refuse("tensor '{}' of the model is missing", entry.name);
    if (found->shape != entry.shape)
      reader.refuse("tensor '{}': shape is {}, the model's is {}", entry.name, to_string(found->shape),
                    to_string(entry.shape));
    std::ranges::copy(read.tensor(entry.name), result.tensor(entry.name).begin());
  }
  return result;
}

}  // namespace tacit::models
