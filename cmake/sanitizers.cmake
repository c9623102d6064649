# FULLCONE_SANITIZE applies to everything we compile: a half-instrumented binary lies.
if(FULLCONE_SANITIZE)
  add_compile_options(-fsanitize=${FULLCONE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FULLCONE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # tsan does not know Asio's fences
  endif()
endif()
