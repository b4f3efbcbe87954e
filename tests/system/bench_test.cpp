#include <set>

#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

const std::set<std::string> works{"forward", "gradient", "gradient_and_inputs", "tangent"};

/// `counts` are its keys that are whole numbers.
void expect_row_of_the_schema(const nlohmann::json& row, const std::vector<std::string>& counts) {
  EXPECT_EQ(row.size(), counts.size() + 5) << row;
  EXPECT_TRUE(row.at("precision") == "float" || row.at("precision") == "double") << row;
  for (const std::string& count : counts) {
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

void expect_rates_of_the_machine(const nlohmann::json& object) {
  for (const char* rate :
       {"float_multiply_adds_per_second", "double_multiply_adds_per_second", "cache_copy_bytes_per_second",
        "cache_triad_bytes_per_second", "memory_copy_bytes_per_second", "memory_triad_bytes_per_second"})
    EXPECT_GT(object.at(rate).get<double>(), 1e6) << rate;
}

TEST(Bench, CircuitsGivesTheMachineAndRowsOfOneSchema) {
  const nlohmann::json object = run_json({"bench", "circuits", "--quick"});
  expect_rates_of_the_machine(object);
  std::set<std::string> seen, keys;
  bool single = false, batch = false;
  for (const nlohmann::json& row : object.at("cases")) {
    expect_row_of_the_schema(row, {"qubits", "batch", "threads"});
    seen.insert(row.at("case"));
    EXPECT_TRUE(keys.insert(key(row)).second) << "twice: " << row;
    (row.at("batch") == 1 ? single : batch) = true;
  }
  EXPECT_EQ(seen, works);
  EXPECT_TRUE(single);
  EXPECT_TRUE(batch);
}

TEST(Bench, TrainingGivesTheMachineAndRowsOfOneSchema) {
  const nlohmann::json object = run_json({"bench", "training", "--quick"});
  expect_rates_of_the_machine(object);
  std::set<std::string> seen;
  for (const nlohmann::json& row : object.at("cases")) {
    expect_row_of_the_schema(row, {"batch", "threads"});
    seen.insert(row.at("case"));
  }
  EXPECT_EQ(seen,
            (std::set<std::string>{"mlp_step", "lenet5_step", "lenet_dlg_gradient", "lenet_dlg_gradient_tangent"}));
}

TEST(Bench, AttacksGivesTheMachineAndRowsOfOneSchema) {
  const nlohmann::json object = run_json({"bench", "attacks", "--quick"});
  expect_rates_of_the_machine(object);
  std::set<std::string> seen;
  for (const nlohmann::json& row : object.at("cases")) {
    EXPECT_EQ(row.size(), 10u) << row;
    for (const char* count : {"batch", "restarts", "threads"}) EXPECT_GE(row.at(count).get<int>(), 1) << row;
    const double seconds = row.at("seconds_per_iteration"), floor = row.at("floor_seconds");
    EXPECT_GT(seconds, 0) << row;
    EXPECT_DOUBLE_EQ(row.at("iterations_per_second").get<double>(), 1 / seconds) << row;
    EXPECT_DOUBLE_EQ(row.at("ratio").get<double>(), seconds / floor) << row;
    seen.insert(row.at("case"));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"mlp_inverting_gradients", "lenet_dlg_inverting_gradients", "vqc8_matching"}));
  std::set<std::string> solved;
  for (const nlohmann::json& row : object.at("closed_forms")) {
    EXPECT_EQ(row.size(), 3u) << row;
    EXPECT_GT(row.at("seconds").get<double>(), 0) << row;
    EXPECT_LT(row.at("error").get<double>(), 1e-5) << row;
    solved.insert(row.at("case"));
  }
  EXPECT_EQ(solved, (std::set<std::string>{"analytic", "r_gap_fcn3", "snapshot_n4", "algebraic_m3"}));
}

}  // namespace
}  // namespace tacit::system_tests
