# Picks a clang for libFuzzer: the one scripts/setup installs, else any.
find_program(FULLCONE_CLANG NAMES clang++-16 clang++-17 clang++-18 clang++-19 clang++)
if(NOT FULLCONE_CLANG)
  message(FATAL_ERROR "No clang++ found; libFuzzer needs one. Run scripts/setup.")
endif()
set(CMAKE_CXX_COMPILER ${FULLCONE_CLANG})
