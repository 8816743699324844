# Warnings are errors; one precompiled header; mold links where it is installed.
option(AGORA_PCH "Use the precompiled header" ON)
option(AGORA_BENCH "Build the microbenchmarks" ON)
set(AGORA_SANITIZE "" CACHE STRING "address,undefined or thread")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
add_compile_definitions(_GNU_SOURCE)
# A program loads the libraries that it uses, not all that its rooms may use: agora-cell and agora-warden are small.
add_link_options(-Wl,--as-needed)
if(AGORA_SANITIZE)
  add_compile_options(-fsanitize=${AGORA_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${AGORA_SANITIZE})
endif()

find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(AGORA_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
