#include <map>
#include <set>

#include "core/files.h"
#include "source_folder.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

// docs/architecture.md: a room may include itself and what stands here. The build enforces it through include
// directories; what could go around those, and the table itself, is checked here.
const std::map<std::string, std::set<std::string>>& allowed() {
  static const std::map<std::string, std::set<std::string>> table{
      {"core", {}},
      {"quantum_sim", {"core"}},
      {"datasets", {"core"}},
      {"privacy", {"core"}},
      {"models", {"core", "quantum_sim", "datasets", "onnx_schema"}},
      {"proto", {"core", "privacy", "tacit"}},
      {"coordinator", {"core", "datasets", "privacy", "models", "proto", "tacit"}},
      {"client", {"core", "datasets", "privacy", "models", "proto", "tacit"}},
      {"attacks", {"core", "quantum_sim", "datasets", "privacy", "models", "proto", "tacit"}},
      {"simulation", {"core", "datasets", "models", "proto", "coordinator", "client", "attacks", "tacit"}},
      {"evaluation",
       {"core", "quantum_sim", "datasets", "privacy", "models", "proto", "client", "attacks", "simulation", "tacit"}},
      {"python", {"core", "quantum_sim", "datasets", "models", "attacks"}},
      {"bench", {"core", "quantum_sim", "datasets", "models", "attacks", "evaluation"}},
  };
  return table;
}

/// The paths of quoted includes of a source text.
std::vector<std::string> quoted_includes(const std::string& text) {
  std::vector<std::string> found;
  const std::string opening = "#include \"";
  for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
    const std::size_t begin = at + opening.size();
    found.push_back(text.substr(begin, text.find('"', begin) - begin));
  }
  return found;
}

TEST(Floors, NoRoomIncludesAHigherOrUndeclaredOne) {
  const fs::path source = source_folder();
  std::size_t files = 0;
  for (const auto& [room, below] : allowed()) {
    for (const auto& entry : fs::recursive_directory_iterator(source / room)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      ++files;
      for (const std::string& include : quoted_includes(read_text(entry.path()))) {
        const std::string from = include.substr(0, include.find('/'));
        EXPECT_NE(from, "..") << entry.path() << " goes around the doors: " << include;
        if (from == "hwy" || from == room) continue;
        EXPECT_TRUE(below.contains(from)) << entry.path() << " includes " << include;
      }
    }
  }
  EXPECT_GT(files, 200u);
}

TEST(Floors, SqliteAndAsioStayOutOfHeadersThatOthersSee) {
  const fs::path source = source_folder();
  for (const char* header :
       {"coordinator/coordinator.h", "coordinator/grpc_service.h", "coordinator/config.h", "client/transport.h",
        "client/session.h", "client/grpc_transport.h", "proto/credentials.h"}) {
    const std::string text = read_text(source / header);
    for (const char* heavy : {"#include <sqlite3", "#include <boost/", "#include <grpcpp/", "#include <nlohmann/"})
      EXPECT_EQ(text.find(heavy), std::string::npos) << header << " pulls in " << heavy;
  }
}

}  // namespace
}  // namespace tacit
