// What an author may know of a failure on hidden data. All that a cell said of it is a stranger's text: a
// message, the name of a class that was made for it, even the kind may carry labels out. So words are
// replaced by ours, and what remains is chosen from lists that were there before the data was: kind and phase
// (some 6 bits together), fold, the names below (some 8), and a place in the author's own code, which
// `evaluate` has checked against the files (a line is as many bits as the file has lines). A daily cap on
// failures bounds how often that can be asked.
#include <algorithm>
#include <iterator>

#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace {

// Of Python itself and its library, of numpy, scipy, pandas and scikit-learn; LookAhead is this platform's.
constexpr std::string_view kClasses[] = {"ArithmeticError",
                                         "ArpackError",
                                         "ArpackNoConvergence",
                                         "AssertionError",
                                         "AttributeConflictWarning",
                                         "AttributeError",
                                         "AxisError",
                                         "BadCoefficients",
                                         "BaseException",
                                         "BaseExceptionGroup",
                                         "BlockingIOError",
                                         "BrokenPipeError",
                                         "BrokenProcessPool",
                                         "BufferError",
                                         "BytesWarning",
                                         "CancelledError",
                                         "ChildProcessError",
                                         "ComplexWarning",
                                         "ConnectionAbortedError",
                                         "ConnectionError",
                                         "ConnectionRefusedError",
                                         "ConnectionResetError",
                                         "ConstantInputWarning",
                                         "ConvergenceWarning",
                                         "DataConversionWarning",
                                         "DataDimensionalityWarning",
                                         "DataError",
                                         "DatabaseError",
                                         "DegenerateDataWarning",
                                         "DeprecationWarning",
                                         "DtypeWarning",
                                         "DuplicateLabelError",
                                         "EOFError",
                                         "EfficiencyWarning",
                                         "EmptyDataError",
                                         "EncodingWarning",
                                         "Exception",
                                         "ExceptionGroup",
                                         "FileExistsError",
                                         "FileNotFoundError",
                                         "FitDataError",
                                         "FitError",
                                         "FitFailedWarning",
                                         "FitSolverError",
                                         "FloatingPointError",
                                         "FutureWarning",
                                         "GeneratorExit",
                                         "ImportError",
                                         "ImportWarning",
                                         "IncompatibilityWarning",
                                         "IncompatibleFrequency",
                                         "IndentationError",
                                         "IndexError",
                                         "IndexingError",
                                         "IntCastingNaNError",
                                         "IntegrationWarning",
                                         "InterruptedError",
                                         "InvalidColumnName",
                                         "InvalidComparison",
                                         "InvalidIndexError",
                                         "InvalidParameterError",
                                         "InvalidStateError",
                                         "InvalidVersion",
                                         "IsADirectoryError",
                                         "JSONDecodeError",
                                         "KeyError",
                                         "KeyboardInterrupt",
                                         "LibsvmError",
                                         "LinAlgError",
                                         "LinAlgWarning",
                                         "LookAhead",
                                         "LookupError",
                                         "LossySetitemError",
                                         "MemoryError",
                                         "MergeError",
                                         "ModuleDeprecationWarning",
                                         "ModuleNotFoundError",
                                         "NameError",
                                         "NearConstantInputWarning",
                                         "NoBufferPresent",
                                         "NoConvergence",
                                         "NotADirectoryError",
                                         "NotFittedError",
                                         "NotImplementedError",
                                         "NullFrequencyError",
                                         "NumExprClobberingError",
                                         "NumbaUtilError",
                                         "OSError",
                                         "OptimizeWarning",
                                         "OptionError",
                                         "OutOfBoundsDatetime",
                                         "OutOfBoundsTimedelta",
                                         "OverflowError",
                                         "ParserError",
                                         "ParserWarning",
                                         "PendingDeprecationWarning",
                                         "PerformanceWarning",
                                         "PermissionError",
                                         "PicklingError",
                                         "PositiveSpectrumWarning",
                                         "ProcessLookupError",
                                         "QhullError",
                                         "RankWarning",
                                         "RecursionError",
                                         "ReferenceError",
                                         "ResourceWarning",
                                         "RuntimeError",
                                         "RuntimeWarning",
                                         "SettingWithCopyError",
                                         "SettingWithCopyWarning",
                                         "SpecificationError",
                                         "StopAsyncIteration",
                                         "StopIteration",
                                         "SyntaxError",
                                         "SyntaxWarning",
                                         "SystemError",
                                         "SystemExit",
                                         "TabError",
                                         "TerminatedWorkerError",
                                         "TimeoutError",
                                         "TooHardError",
                                         "TypeError",
                                         "UFuncTypeError",
                                         "UnboundLocalError",
                                         "UndefinedMetricWarning",
                                         "UnicodeDecodeError",
                                         "UnicodeEncodeError",
                                         "UnicodeError",
                                         "UnicodeTranslateError",
                                         "UnicodeWarning",
                                         "UnpicklingError",
                                         "UserWarning",
                                         "ValueError",
                                         "Warning",
                                         "ZeroDivisionError"};

constexpr std::string_view kOther = "Exception";

std::string_view known_class(std::string_view name) {
  if (name.empty()) return {};
  return std::find(std::begin(kClasses), std::end(kClasses), name) == std::end(kClasses) ? kOther : name;
}

// What happened, without a number or a word of the submission's.
std::string_view words_for(FailureKind kind) {
  switch (kind) {
    case FailureKind::syntax:
      return "the code is no Python that can be read";
    case FailureKind::exception:
      return "the code raised an exception";
    case FailureKind::time:
      return "it ran longer than the limit";
    case FailureKind::memory:
      return "it used more memory than the limit";
    case FailureKind::output:
      return "it printed, or returned, more than the limit";
    case FailureKind::processes:
      return "it started more processes and threads than the limit";
    case FailureKind::shape:
      return "the predictions have another shape than the problem asks for";
    case FailureKind::dtype:
      return "the predictions are of another type than numbers or truth values";
    case FailureKind::nan:
      return "the predictions hold NaN or infinite numbers";
    case FailureKind::kit:
      return "the problem itself failed, not the submission";
    case FailureKind::machine:
      return "the machine failed, not the submission";
  }
  return "";
}

}  // namespace

Failure without_secrets(const Failure& failure) {
  Failure shown;
  shown.kind = failure.kind;
  shown.phase = failure.phase;
  shown.fold = failure.fold;
  shown.message = words_for(failure.kind);
  shown.exception_class = known_class(failure.exception_class);
  if (failure.file.starts_with("submissions/")) {
    shown.file = failure.file;
    shown.line = failure.line;
  }
  return shown;
}

}  // namespace evaluation
