# Compiler settings that hold for every room.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# One code model for libraries and programs, so that they can share precompiled headers.
# Threads everywhere for the same reason: protobuf asks for them, and precompiled headers must agree with their users.
add_compile_options(-fPIC -pthread)
add_link_options(-pthread)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(TACIT_BUILD_TESTS "Build the tests" ON)
option(TACIT_BUILD_BENCHMARKS "Build the benchmarks" ON)
option(TACIT_WARNINGS_AS_ERRORS "Treat warnings in our own code as errors" ON)
set(TACIT_SANITIZE "" CACHE STRING "Sanitizers for the whole build, for example address,undefined or thread")
set(TACIT_LEFT_OUT_TARGETS "" CACHE STRING
  "Instruction sets, by Highway's names, that kernels are not compiled for, for example AVX3;SSE4")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Assertions of ours are errors thrown at run time; -O2 with -fno-math-errno keeps IEEE semantics (promise P1).
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -fno-math-errno -DNDEBUG")
# Contraction into fused multiply-add would make the bits depend on the compiler's mood.
add_compile_options(-ffp-contract=off)

if(TACIT_SANITIZE)
  add_compile_options(-fsanitize=${TACIT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${TACIT_SANITIZE})
endif()

# Highway's own knob: it compiles nothing for the sets named broken. The sanitizer presets keep AVX2 and the baseline
# alone, since under a sanitizer the kernels of each further set take minutes.
if(TACIT_LEFT_OUT_TARGETS)
  list(TRANSFORM TACIT_LEFT_OUT_TARGETS PREPEND HWY_ OUTPUT_VARIABLE left_out)
  list(JOIN left_out "|" left_out)
  add_compile_definitions("HWY_BROKEN_TARGETS=(${left_out})")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers need the two sloppiness flags; the base directory lets two checkouts share results.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
