// Two open lists: conda's names for packages that the index calls otherwise, and what is no Python package.
#include <array>

#include "judge/environments/sources.h"

namespace environments {
namespace {

// Names that differ in more than '-', '_', '.' and case, which the index does not tell apart.
constexpr std::array kNames{
    CondaName{"pytorch", "torch"},
    CondaName{"pytorch-cpu", "torch"},
    CondaName{"pytorch-gpu", "torch"},
    CondaName{"pytorch_geometric", "torch-geometric"},
    CondaName{"pyg", "torch-geometric"},
    CondaName{"tensorflow-base", "tensorflow"},
    CondaName{"tensorflow-gpu", "tensorflow"},
    CondaName{"py-xgboost", "xgboost"},
    CondaName{"py-xgboost-cpu", "xgboost"},
    CondaName{"py-xgboost-gpu", "xgboost"},
    CondaName{"matplotlib-base", "matplotlib"},
    CondaName{"seaborn-base", "seaborn"},
    CondaName{"dask-core", "dask"},
    CondaName{"numpy-base", "numpy"},
    CondaName{"opencv", "opencv-python-headless"},
    CondaName{"py-opencv", "opencv-python-headless"},
    CondaName{"pytables", "tables"},
    CondaName{"python-graphviz", "graphviz"},
    CondaName{"msgpack-python", "msgpack"},
    CondaName{"python-blosc", "blosc"},
    CondaName{"python-lmdb", "lmdb"},
    CondaName{"python-xxhash", "xxhash"},
    CondaName{"python-annoy", "annoy"},
    CondaName{"python-igraph", "igraph"},
    CondaName{"boruta_py", "boruta"},
    CondaName{"pysoundfile", "soundfile"},
    CondaName{"docker-py", "docker"},
    CondaName{"brotlipy", "brotli"},
    CondaName{"brotli-python", "brotli"},
    CondaName{"pyqt", "pyqt5"},
    CondaName{"xarray-core", "xarray"},
    CondaName{"faiss", "faiss-cpu"},
    CondaName{"pyarrow-core", "pyarrow"},
};

struct Foreign {
  std::string_view name;  // a '*' at the end: all that begin so
  std::string_view why;
};

constexpr std::string_view kCompiler = "a compiler or build tool: wheels are built already";
constexpr std::string_view kLibrary = "a system library, no Python package: wheels bring what they need";
constexpr std::string_view kDriver = "a GPU's runtime, no Python package: a site's modules have it";
constexpr std::string_view kProgram = "a program, no Python package: it is not in an environment";
constexpr std::string_view kOther = "a package of another language";
constexpr std::string_view kInstaller = "an installer: it has no use in a finished environment";

constexpr std::array kForeign{
    Foreign{"gcc*", kCompiler},
    Foreign{"gxx*", kCompiler},
    Foreign{"gfortran*", kCompiler},
    Foreign{"clang*", kCompiler},
    Foreign{"llvm-openmp", kLibrary},
    Foreign{"binutils*", kCompiler},
    Foreign{"sysroot_*", kCompiler},
    Foreign{"kernel-headers_*", kCompiler},
    Foreign{"compilers", kCompiler},
    Foreign{"c-compiler", kCompiler},
    Foreign{"cxx-compiler", kCompiler},
    Foreign{"fortran-compiler", kCompiler},
    Foreign{"make", kCompiler},
    Foreign{"cmake", kCompiler},
    Foreign{"ninja", kCompiler},
    Foreign{"pkg-config", kCompiler},
    Foreign{"ld_impl_*", kCompiler},
    Foreign{"swig", kCompiler},
    Foreign{"cudatoolkit*", kDriver},
    Foreign{"cuda", kDriver},
    Foreign{"cuda-*", kDriver},
    Foreign{"cudnn*", kDriver},
    Foreign{"nccl", kDriver},
    Foreign{"pytorch-cuda", kDriver},
    Foreign{"pytorch-mutex", kDriver},
    Foreign{"cpuonly", kDriver},
    Foreign{"lib*", kLibrary},
    Foreign{"_libgcc_mutex", kLibrary},
    Foreign{"_openmp_mutex", kLibrary},
    Foreign{"blas", kLibrary},
    Foreign{"openblas*", kLibrary},
    Foreign{"lapack", kLibrary},
    Foreign{"mkl", kLibrary},
    Foreign{"mkl-service", kLibrary},
    Foreign{"mkl_fft", kLibrary},
    Foreign{"mkl_random", kLibrary},
    Foreign{"intel-openmp", kLibrary},
    Foreign{"tbb", kLibrary},
    Foreign{"hdf5", kLibrary},
    Foreign{"netcdf-c", kLibrary},
    Foreign{"geos", kLibrary},
    Foreign{"proj", kLibrary},
    Foreign{"fftw", kLibrary},
    Foreign{"gsl", kLibrary},
    Foreign{"eigen", kLibrary},
    Foreign{"boost", kLibrary},
    Foreign{"boost-cpp", kLibrary},
    Foreign{"openmpi*", kLibrary},
    Foreign{"mpich*", kLibrary},
    Foreign{"mpi", kLibrary},
    Foreign{"zlib", kLibrary},
    Foreign{"zstd", kLibrary},
    Foreign{"bzip2", kLibrary},
    Foreign{"xz", kLibrary},
    Foreign{"lz4-c", kLibrary},
    Foreign{"snappy", kLibrary},
    Foreign{"openssl", kLibrary},
    Foreign{"ca-certificates", kLibrary},
    Foreign{"readline", kLibrary},
    Foreign{"ncurses", kLibrary},
    Foreign{"sqlite", kLibrary},
    Foreign{"tk", kLibrary},
    Foreign{"expat", kLibrary},
    Foreign{"icu", kLibrary},
    Foreign{"jpeg", kLibrary},
    Foreign{"freetype", kLibrary},
    Foreign{"fontconfig", kLibrary},
    Foreign{"yaml", kLibrary},
    Foreign{"python_abi", kLibrary},
    Foreign{"tzdata", kLibrary},
    Foreign{"qt", kLibrary},
    Foreign{"qt-main", kLibrary},
    Foreign{"git", kProgram},
    Foreign{"git-lfs", kProgram},
    Foreign{"curl", kProgram},
    Foreign{"wget", kProgram},
    Foreign{"ffmpeg", kProgram},
    Foreign{"graphviz", kProgram},
    Foreign{"imagemagick", kProgram},
    Foreign{"pandoc", kProgram},
    Foreign{"nodejs", kProgram},
    Foreign{"openjdk", kProgram},
    Foreign{"samtools", kProgram},
    Foreign{"blast", kProgram},
    Foreign{"r-*", kOther},
    Foreign{"r", kOther},
    Foreign{"bioconductor-*", kOther},
    Foreign{"perl*", kOther},
    Foreign{"julia", kOther},
    Foreign{"rust", kOther},
    Foreign{"go", kOther},
    Foreign{"pip", kInstaller},
    Foreign{"conda", kInstaller},
    Foreign{"mamba", kInstaller},
    Foreign{"conda-build", kInstaller},
    Foreign{"uv", kInstaller},
};

// Python packages all the same, though their names begin like one of the above.
constexpr std::array kAllTheSame{"libcst",       "librosa",     "libsass",  "libtmux",
                                 "clang-format", "cuda-python", "libpysal", "liblinear-multicore"};

}  // namespace

std::span<const CondaName> conda_names() {
  return kNames;
}

std::optional<std::string> why_no_python_package(std::string_view name) {
  for (const auto* kept : kAllTheSame)
    if (name == kept) return std::nullopt;
  for (const auto& row : kForeign) {
    const bool begins = row.name.ends_with('*');
    if (begins ? name.starts_with(row.name.substr(0, row.name.size() - 1)) : name == row.name)
      return std::string(row.why);
  }
  return std::nullopt;
}

}  // namespace environments
