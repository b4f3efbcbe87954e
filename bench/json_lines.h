#pragma once

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace tacit::bench {

/// Reads one JSON object a line from standard input until its end and writes a line for each: what `answer` returns, or
/// {"error": sentence} for what it throws.
template <class Answer>
void answer_json_lines(const Answer& answer) {
  std::string line;
  while (std::getline(std::cin, line)) {
    nlohmann::json reply;
    try {
      reply = answer(nlohmann::json::parse(line));
    } catch (const std::exception& error) {
      reply = {{"error", error.what()}};
    }
    std::cout << reply << std::endl;
  }
}

}  // namespace tacit::bench
