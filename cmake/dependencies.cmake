# What comes from outside. The fuzz build needs only Boost's containers.
function(fullcone_require name version package)
  find_package(${name} ${version} QUIET ${ARGN})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${name} ${version} or newer not found. Run scripts/setup, "
                        "or install ${package} by hand.")
  endif()
  message(STATUS "${name} ${${name}_VERSION}${OPENSSL_VERSION}")
endfunction()

fullcone_require(Boost 1.81 "Boost's headers (libboost1.81-dev)" CONFIG)
if(FULLCONE_FUZZ)
  return()
endif()

find_package(Threads REQUIRED)
fullcone_require(OpenSSL 3.0 libssl-dev)
fullcone_require(spdlog 1.10 libspdlog-dev)
fullcone_require(CLI11 2.1 libcli11-dev)
fullcone_require(tomlplusplus 3.0 libtomlplusplus-dev)
if(FULLCONE_TESTS)
  fullcone_require(GTest 1.11 "libgtest-dev and libgmock-dev")
endif()
if(FULLCONE_BENCH)
  fullcone_require(benchmark 1.6 libbenchmark-dev)
endif()

# Asio's bodies are compiled once, in impl/net/asio_impl.cpp; only net and app link this.
add_library(asio INTERFACE)
target_link_libraries(asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
