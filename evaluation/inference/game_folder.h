#pragma once

#include <filesystem>
#include <string>

namespace tacit::evaluation {

/// Where a game keeps its runs, rows and result. A game that was cut off is taken up again by the next one of the same
/// question: its runs go on where they were. Held by one process at a time, until the object goes, or the process does.
class GameFolder {
 public:
  /// `question`: everything that decides the result. Takes `wanted`, or the first of `wanted`-2, -3, ... that does not
  /// exist, or holds an unfinished game of the same question that no other process plays. Throws Error(io).
  GameFolder(const std::filesystem::path& wanted, const std::string& question);
  /// Removes the folder if nothing has come of the game.
  ~GameFolder();
  GameFolder(const GameFolder&) = delete;
  GameFolder& operator=(const GameFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  bool is_continued() const noexcept { return is_continued_; }
  /// Of a finished game: what makes it finished.
  std::filesystem::path result() const { return path_ / "result.json"; }

 private:
  bool take(const std::filesystem::path& candidate, const std::string& question);

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool is_continued_ = false;
};

}  // namespace tacit::evaluation
