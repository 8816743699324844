# The web pages: Vite builds front/ into build/PRESET/app, beside the programs, whenever a file changes that they are
# made from. The guide and the API's pages are made from docs/*.md.
option(AGORA_FRONT "Build the web pages (needs Node and npm)" OFF)

function(agora_front)
  if(NOT AGORA_FRONT)
    return()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/front/src/* ${CMAKE_SOURCE_DIR}/front/public/*
       ${CMAKE_SOURCE_DIR}/docs/*.md)
  list(FILTER sources EXCLUDE REGEX "\\.test\\.ts$")
  file(GLOB settings CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/front/*.html ${CMAKE_SOURCE_DIR}/front/*.json
       ${CMAKE_SOURCE_DIR}/front/*.js ${CMAKE_SOURCE_DIR}/front/*.ts)
  # Their names, so that a file that goes away is noticed too.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/app.sources CONTENT "${sources};${settings}\n")
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/app.stamp
    BYPRODUCTS ${CMAKE_BINARY_DIR}/app/index.html
    COMMAND ${CMAKE_SOURCE_DIR}/tools/build-front ${CMAKE_BINARY_DIR}/app
    COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/app.stamp
    DEPENDS ${sources} ${settings} ${CMAKE_BINARY_DIR}/app.sources ${CMAKE_SOURCE_DIR}/tools/build-front
            ${CMAKE_SOURCE_DIR}/tools/compress_assets.mjs
    COMMENT "Building the web pages"
    VERBATIM)
  add_custom_target(front ALL DEPENDS ${CMAKE_BINARY_DIR}/app.stamp)
  add_dependencies(programs front)
endfunction()
