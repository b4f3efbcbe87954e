# Headers that most sources share, compiled once: the standard library, gRPC (only rooms on the wire), GoogleTest.
function(tacit_precompiled name)
  cmake_parse_arguments(PCH "" "" "HEADERS;LINK" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp)
  target_link_libraries(${name} PRIVATE fmt::fmt Threads::Threads ${PCH_LINK})
  # The predefined macros of the users must hold here too, and -Wpedantic takes one away.
  target_compile_options(${name} PRIVATE -Wpedantic)
  target_precompile_headers(${name} PRIVATE ${PCH_HEADERS})
endfunction()

set(standard_headers <algorithm> <array> <chrono> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional>
                     <span> <stdexcept> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/core.h>)
tacit_precompiled(precompiled_standard HEADERS ${standard_headers})
tacit_precompiled(precompiled_grpc HEADERS ${standard_headers} <grpcpp/grpcpp.h> LINK gRPC::grpc++)
if(TACIT_BUILD_TESTS)
  tacit_precompiled(precompiled_test HEADERS ${standard_headers} <gtest/gtest.h> <gmock/gmock.h> LINK GTest::gtest GTest::gmock)
endif()
