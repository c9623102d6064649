# The four kinds of target. Each takes its sources from the folder it is called in:
# x.cpp belongs to the library, x_test.cpp to the folder's test, main.cpp to the program.

function(fullcone_sources out)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  file(GLOB found CONFIGURE_DEPENDS ${ARGN})
  list(FILTER found EXCLUDE REGEX "/(main|[^/]*_(test|fuzz|bench))\\.cpp$")
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# fullcone_library(NAME [OBJECT] [FROM glob…] [LINK target…])
# OBJECT keeps every object file in what links it (self-registering cases and scenarios).
# A folder without a .cpp is an INTERFACE library.
function(fullcone_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "OBJECT" "" "FROM;LINK")
  if(NOT arg_FROM)
    set(arg_FROM *.cpp)
  endif()
  fullcone_sources(sources ${arg_FROM})
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_LINK})
    return()
  endif()
  set(kind STATIC)
  if(arg_OBJECT)
    set(kind OBJECT)
  endif()
  add_library(${name} ${kind} ${sources})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  fullcone_warnings(${name})
endfunction()

# fullcone_program(NAME [LINK target…]): main.cpp, when there is one.
function(fullcone_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
  file(GLOB main CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
  if(main)
    add_executable(${name} ${main})
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    target_compile_definitions(${name} PRIVATE FULLCONE_VERSION="${PROJECT_VERSION}")
    fullcone_warnings(${name})
    install(TARGETS ${name})
  endif()
endfunction()

# fullcone_test(NAME LABEL label [FROM glob…] [LINK target…]): the folder's *_test.cpp as one binary.
# The target `label_tests` builds every binary of that label.
foreach(label IN ITEMS unit net sim conformance)
  add_custom_target(${label}_tests)
endforeach()

function(fullcone_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "FROM;LINK")
  if(NOT arg_FROM)
    set(arg_FROM *_test.cpp)
  endif()
  list(TRANSFORM arg_FROM PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  file(GLOB sources CONFIGURE_DEPENDS ${arg_FROM})
  if(NOT sources OR NOT FULLCONE_TESTS OR FULLCONE_FUZZ)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main)
  fullcone_warnings(${name})
  add_dependencies(${arg_LABEL}_tests ${name})
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${arg_LABEL} TIMEOUT 300)
endfunction()

# fullcone_each(SUFFIX out…): the stems of the folder's *_SUFFIX.cpp, one program each.
function(fullcone_each suffix out)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_${suffix}.cpp)
  list(TRANSFORM sources REPLACE ".*/(.*)_${suffix}\\.cpp$" "\\1")
  set(${out} ${sources} PARENT_SCOPE)
endfunction()
