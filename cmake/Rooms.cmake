# tacit_room(name [WIRE] [SOURCES ...] [ROOMS ...] [PACKAGES ...] [PUBLIC_PACKAGES ...])
#
# A room is one top-level folder and one static library of the same name. Its headers are reached as
# "room/header.h" through a directory that holds a link to that room only, so a source file can include
# exactly the rooms that its own room declares in ROOMS (and theirs): an include from a higher floor,
# or from a room beside it, is a compile error. WIRE rooms share the precompiled gRPC headers.
function(tacit_room name)
  cmake_parse_arguments(ROOM "WIRE" "" "SOURCES;ROOMS;PACKAGES;PUBLIC_PACKAGES" ${ARGN})
  if(NOT ROOM_SOURCES)
    file(GLOB_RECURSE ROOM_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  if(NOT ROOM_SOURCES)
    message(FATAL_ERROR "Room '${name}' has no source file")
  endif()
  add_library(${name} STATIC ${ROOM_SOURCES})
  tacit_door(${name} ${name})
  target_link_libraries(${name} PUBLIC ${ROOM_ROOMS} ${ROOM_PUBLIC_PACKAGES} PRIVATE ${ROOM_PACKAGES})
  tacit_warnings(${name})
  if(ROOM_WIRE)
    target_precompile_headers(${name} REUSE_FROM precompiled_grpc)
  else()
    target_precompile_headers(${name} REUSE_FROM precompiled_standard)
  endif()
endfunction()

# The include directory that shows the folder `room` and nothing else.
function(tacit_door target room)
  set(door ${CMAKE_BINARY_DIR}/doors/${room})
  file(MAKE_DIRECTORY ${door})
  if(NOT EXISTS ${door}/${room})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${room} ${door}/${room} SYMBOLIC)
  endif()
  target_include_directories(${target} PUBLIC ${door})
endfunction()

function(tacit_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                           -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
  # GCC 12 warns of overlaps and bounds inside its own std::string operator+ where there are none (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  if(TACIT_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# tacit_test(name ROOMS ... [PACKAGES ...] [TIMEOUT seconds]): the GoogleTest program of one folder under tests/.
# Each of its tests is one ctest test.
function(tacit_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "ROOMS;PACKAGES" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${TEST_ROOMS} ${TEST_PACKAGES} GTest::gtest GTest::gmock GTest::gtest_main rapidcheck)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  tacit_warnings(${name})
  target_precompile_headers(${name} REUSE_FROM precompiled_test)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # Test discovery takes a list of several variables apart and keeps the first; so each has a property of its own. Data
  # files are found beside the executable, in share/tacit.
  gtest_discover_tests(${name} TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${TEST_TIMEOUT}
    ENVIRONMENT "TACIT_BINARY=${CMAKE_BINARY_DIR}/bin/tacit"
    ENVIRONMENT_MODIFICATION "TACIT_SOURCE=set:${CMAKE_SOURCE_DIR}")
endfunction()
