#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Reads CIFAR-10's binary layout (Krizhevsky 2009), plain or gzip: a record is one label byte in 0..9, then 3 x 32 x
/// 32 bytes, planes red, green, blue. Features have shape [3, 32, 32] in [0, 1] (byte / 255). Throws Error(data) naming
/// the file and record on a length that is no whole number of records, an empty file, or a label above 9.
Dataset read_cifar10(const std::filesystem::path& file);
/// Several files as one data set whose images stay in them; they must not be compressed (Error(data) otherwise).
Dataset stream_cifar10(const std::vector<std::string>& files);

}  // namespace tacit::datasets
