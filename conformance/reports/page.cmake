# Writes page_css.inc and page_js.inc: the HTML report's style and script as string literals.
# Configuring runs again whenever one of them changes.
foreach(kind IN ITEMS css js)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/reports/page.${kind})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page_${kind}.inc @ONLY
       CONTENT "R\"page(@text@)page\"")
endforeach()
