# Third-party libraries, by the name that rooms link them under.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(GTest REQUIRED)

function(agora_pkg NAME PACKAGE)
  pkg_check_modules(${NAME} REQUIRED IMPORTED_TARGET GLOBAL ${PACKAGE})
endfunction()

agora_pkg(sodium libsodium)
agora_pkg(seccomp libseccomp)
agora_pkg(spdlog spdlog)
agora_pkg(sqlite3 sqlite3)
agora_pkg(libpq libpq)
agora_pkg(openssl openssl)
agora_pkg(zlib zlib)
agora_pkg(libarchive libarchive)
agora_pkg(yaml-cpp yaml-cpp)

# Boost is header-only here (Boost.JSON's source stands in base/json.cpp).
add_library(boost INTERFACE)
target_link_libraries(boost INTERFACE Boost::headers)
