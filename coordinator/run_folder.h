#pragma once

#include <filesystem>

namespace tacit::coordinator {

/// The files of one run:
///   config.toml        the resolved configuration it was started with
///   journal.sqlite     its durable state (store/journal.h)
///   model.safetensors  the newest model, replaced after every round
///   events.jsonl       what happened, one JSON object a line (events.h)
///   recording.bin      what crossed the wire, round by round (proto/recording.h)
///   lock               held by the process that conducts the run
struct RunFolder {
  std::filesystem::path path;

  std::filesystem::path configuration() const { return path / "config.toml"; }
  std::filesystem::path journal() const { return path / "journal.sqlite"; }
  std::filesystem::path model() const { return path / "model.safetensors"; }
  std::filesystem::path events() const { return path / "events.jsonl"; }
  std::filesystem::path recording() const { return path / "recording.bin"; }
  std::filesystem::path lock() const { return path / "lock"; }
};

/// Sole ownership of a run folder, given up by the system even when the process is killed.
class RunLock {
 public:
  /// Throws Error(state) naming the process that holds it, Error(io) if the folder cannot be written.
  explicit RunLock(const RunFolder& folder);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// Whether some process conducts the run now.
  static bool is_held(const RunFolder& folder);

 private:
  int descriptor_ = -1;
};

}  // namespace tacit::coordinator
