# Our own targets compile with these; dependencies come in as SYSTEM and stay silent.
function(fullcone_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    $<$<BOOL:${FULLCONE_WERROR}>:-Werror>
    # False alarms of GCC 12 on std::string and on std::variant: gcc.gnu.org/PR105651, PR80635.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
endfunction()
