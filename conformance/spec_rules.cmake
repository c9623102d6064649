# Writes spec_rules.inc, one RULE(id, level, side) per rule of SPEC.md and of RFC4787.md. Configuring
# runs again whenever either changes.
set(headings "")
foreach(page IN ITEMS SPEC.md RFC4787.md)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${page})
  file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${page} text)
  string(REGEX MATCHALL "\\*\\*[A-Z][-0-9A-Z]+\\*\\* \\([A-Z]+, [a-z]+, [a-z]+\\)" found "${text}")
  if(NOT found)
    message(FATAL_ERROR "${page} has no rules")
  endif()
  list(APPEND headings ${found})
endforeach()
set(rules "")
foreach(heading IN LISTS headings)
  string(REGEX REPLACE "\\*\\*(.+)\\*\\* \\((.+), (.+), .+\\)" "RULE(\"\\1\", \\2, \"\\3\")\n"
         rule "${heading}")
  string(APPEND rules "${rule}")
endforeach()
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/spec_rules.inc CONTENT "${rules}")
