# fullcone_faults(NAME FROM list.faults… LINK target…): the sources that the lists name, copied with
# every fault planted behind a switch (scripts/plant_faults.py). An object library: in what links
# it, the copies come before the libraries' own object files, which then stay out.
function(fullcone_faults name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FROM;LINK")
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
  list(TRANSFORM arg_FROM PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  file(GLOB lists CONFIGURE_DEPENDS ${arg_FROM})
  set(planter ${PROJECT_SOURCE_DIR}/scripts/plant_faults.py)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lists} ${planter})
  execute_process(COMMAND ${Python3_EXECUTABLE} -B ${planter} list ${lists}
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE listed OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" sources "${listed}")
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name})
  list(TRANSFORM sources PREPEND ${folder}/ OUTPUT_VARIABLE copies)
  list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/)
  list(APPEND copies ${folder}/planted_faults.cpp)
  add_custom_command(OUTPUT ${copies}
                     COMMAND Python3::Interpreter -B ${planter} into ${folder} ${lists}
                     DEPENDS ${sources} ${lists} ${planter}
                     WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  add_library(${name} OBJECT ${copies} ${PROJECT_SOURCE_DIR}/simulator/faults/planted.cpp)
  target_compile_definitions(${name} PRIVATE NDEBUG)  # the judges are to find it, not an assertion
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  fullcone_warnings(${name})
endfunction()
