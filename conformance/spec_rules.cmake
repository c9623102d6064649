# Writes spec_rules.inc, one RULE(id, level, side) per rule of SPEC.md. Configuring runs again
# whenever SPEC.md changes.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/SPEC.md)
file(READ ${CMAKE_CURRENT_SOURCE_DIR}/SPEC.md spec)
string(REGEX MATCHALL "\\*\\*[A-Z]+-[0-9A-Z]+\\*\\* \\([A-Z]+, [a-z]+, [a-z]+\\)" headings "${spec}")
set(rules "")
foreach(heading IN LISTS headings)
  string(REGEX REPLACE "\\*\\*(.+)\\*\\* \\((.+), (.+), .+\\)" "RULE(\"\\1\", \\2, \"\\3\")\n"
         rule "${heading}")
  string(APPEND rules "${rule}")
endforeach()
if(NOT rules)
  message(FATAL_ERROR "SPEC.md has no rules")
endif()
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/spec_rules.inc CONTENT "${rules}")
