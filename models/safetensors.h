#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace tacit::models {

/// Parameters in the safetensors layout (https://github.com/huggingface/safetensors): the length of the header as 64
/// bits little-endian, the header as JSON, then the tensors as little-endian float32 (dtype "F32") in schema order.
/// `__metadata__` carries "format" = "tacit", "schema_hash" (hexadecimal) and the caller's entries.
using Metadata = std::map<std::string, std::string>;

struct SafetensorsFile {
  Parameters parameters;
  Metadata metadata;
};

std::vector<std::byte> encode_safetensors(const Parameters& parameters, const Metadata& metadata = {});
/// `origin` stands for the file name in messages. Nothing in the bytes is trusted: every length, offset and shape is
/// checked against the size at hand, and tensors must cover the data without gap or overlap. Throws Error(data) naming
/// origin, tensor and field; also on another dtype than F32, a repeated name, a schema hash that contradicts the
/// tensors, or a value that is NaN or infinite.
SafetensorsFile decode_safetensors(std::span<const std::byte> bytes, const std::string& origin);

/// Replaces the file atomically (core/files.h).
void write_safetensors(const std::filesystem::path& file, const Parameters& parameters, const Metadata& metadata = {});
SafetensorsFile read_safetensors(const std::filesystem::path& file);
/// As above, and throws Error(data) unless the file holds exactly the tensors of `schema`, in any order.
Parameters read_safetensors(const std::filesystem::path& file, const std::shared_ptr<const ParameterSchema>& schema);

}  // namespace tacit::models
