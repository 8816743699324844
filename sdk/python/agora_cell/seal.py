"""The steps of libagora-cell.so, as a zygote takes them: children apart, and a fork that seals itself.

A step that fails raises SealError with the call, its object and errno. A fork that cannot be sealed ends in the
library itself: no line of Python runs in it.
"""
import ctypes
import os

LIBRARY = "/agora/libagora-cell.so"
MOST_HANDED, NAMES_SIZE = 256, 16384

_library = None


class SealError(Exception):
    pass


class Sealed(ctypes.Structure):
    """order.h's agora_sealed."""
    _fields_ = [("channel", ctypes.c_int), ("control", ctypes.c_int), ("handed_count", ctypes.c_int),
                ("handed_fds", ctypes.c_int * MOST_HANDED), ("handed_names", ctypes.c_char * NAMES_SIZE),
                ("entry", ctypes.c_char_p), ("argument_at", ctypes.c_void_p), ("argument_size", ctypes.c_uint),
                ("counts_itself", ctypes.c_uint)]

    def handed(self):
        if self.handed_count == 0:
            return {}
        start = ctypes.addressof(self) + Sealed.handed_names.offset
        names, at = [], start
        for _ in range(self.handed_count):
            name = ctypes.string_at(at)
            names.append(name.decode())
            at += len(name) + 1
        return dict(zip(names, self.handed_fds))

    def argument(self):
        return ctypes.string_at(self.argument_at, self.argument_size).decode()


def load():
    """Once, in the first zygote: its forks inherit the library."""
    global _library
    _library = ctypes.PyDLL(LIBRARY, use_errno=True)
    _library.agora_failure.restype = ctypes.c_char_p
    _library.agora_hands.restype = ctypes.POINTER(Sealed)


def step(name, *arguments):
    answer = getattr(_library, "agora_" + name)(*arguments)
    if answer < 0:
        raise SealError(_library.agora_failure().decode(errors="replace"))
    return answer


HUGE_PAGE = 2 << 20
COLLAPSE = 25  # MADV_COLLAPSE, of Linux 6.1


def gather_pages():
    """Puts this process's own memory into huge pages, as far as it lies in long pieces: a fork then copies one entry
    where it would copy 512, and all forks share them. What a fork writes to is copied in small pages all the same.
    Where the kernel cannot, nothing changes."""
    libc = ctypes.CDLL(None)
    with open("/proc/self/maps") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        span, rights, offset, _, file, *_ = line.split()
        if rights != "rw-p" or file != "0":
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        start += -start % HUGE_PAGE
        end -= end % HUGE_PAGE
        if end > start:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), COLLAPSE)


def fork(base, fds):
    """os.fork, whose child comes back sealed, counted and told to go, or never."""
    python = ctypes.pythonapi
    python.PyOS_BeforeFork()
    child = _library.agora_fork(base, len(base), (ctypes.c_int * len(fds))(*fds), len(fds), python.PyOS_AfterFork_Child)
    if child == 0:
        return 0
    number = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if child < 0:
        raise OSError(number, "fork: " + os.strerror(number))
    return child


def hands():
    """What the process that has come back from `fork` has in its hands."""
    return _library.agora_hands().contents
