#include <set>

#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

const std::set<std::string> works{"forward", "gradient", "gradient_and_inputs", "tangent"};

void expect_row_of_the_schema(const nlohmann::json& row) {
  EXPECT_EQ(row.size(), 8U) << row;
  EXPECT_TRUE(works.contains(row.at("case").get<std::string>())) << row;
  EXPECT_TRUE(row.at("precision") == "float" || row.at("precision") == "double") << row;
  for (const char* count : {"qubits", "batch", "threads"}) {
    ASSERT_TRUE(row.at(count).is_number_unsigned()) << count << row;
    EXPECT_GE(row.at(count).get<int>(), 1) << count << row;
  }
  const double seconds = row.at("seconds"), floor = row.at("floor_seconds");
  EXPECT_GT(seconds, 0) << row;
  EXPECT_GT(floor, 0) << row;
  EXPECT_DOUBLE_EQ(row.at("ratio").get<double>(), seconds / floor) << row;
}

/// What must tell any two rows apart.
std::string key(const nlohmann::json& row) {
  std::string text;
  for (const char* part : {"case", "precision", "qubits", "batch", "threads"}) text += row.at(part).dump() + " ";
  return text;
}

TEST(Bench, CircuitsGivesTheMachineAndRowsOfOneSchema) {
  const nlohmann::json object = run_json({"bench", "circuits", "--quick"});
  for (const char* rate :
       {"float_multiply_adds_per_second", "double_multiply_adds_per_second", "cache_copy_bytes_per_second",
        "cache_triad_bytes_per_second", "memory_copy_bytes_per_second", "memory_triad_bytes_per_second"})
    EXPECT_GT(object.at(rate).get<double>(), 1e6) << rate;
  std::set<std::string> seen, keys;
  bool single = false, batch = false;
  for (const nlohmann::json& row : object.at("cases")) {
    expect_row_of_the_schema(row);
    seen.insert(row.at("case"));
    EXPECT_TRUE(keys.insert(key(row)).second) << "twice: " << row;
    (row.at("batch") == 1 ? single : batch) = true;
  }
  EXPECT_EQ(seen, works);
  EXPECT_TRUE(single);
  EXPECT_TRUE(batch);
}

}  // namespace
}  // namespace tacit::system_tests
