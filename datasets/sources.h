#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// What a source holds before any transform.
struct SourceData {
  Dataset examples;      ///< all examples, or the training part if the source has a test part of its own
  Dataset test;          ///< the source's own test part; no examples if it has none
  bool tabular = false;  ///< features carry their natural units and want per-feature scaling
};

/// Names of the sources that a [data] section may ask for: the bundled ones, then those that read files of the user's
/// (relative paths start at the working folder).
const std::vector<std::string>& source_names();

/// Reads what `section` names, asking it for `source` and for the keys that belong to that source:
///   csv:     file, header (default false), label_count (without a header)
///   idx:     images, labels, label_count, streamed, optional test_images and test_labels
///   cifar10: files, streamed, optional test_files
///   fashion_mnist: folder (default: where the Debian package puts it)
///   table:   file, header (default true), delimiter, task, target, targets, categorical, ignore, group_column
///   libsvm:  file, features, task
///   numpy:   file (.npz: features_name, labels_name; .npy: labels), label_count, task, streamed
///   folder:  folder, channels, size
SourceData read_source(ConfigTable& section);

}  // namespace tacit::datasets
