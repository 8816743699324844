"""Seals a freshly forked process: its own root, namespaces, limits, user and system calls.

The steps are libagora-cell.so's. A step that fails raises SealError with the call, its object and errno; the
caller then ends the process, so that a half-built cell runs nothing.
"""
import ctypes
import json
import os

from agora_cell.channel import receive

LIBRARY = "/agora/libagora-cell.so"
STAGE = "/stage"
HIGHEST_OUTPUT = 2

_library = None


class SealError(Exception):
    pass


class Limits(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in ("file_bytes", "data_bytes", "processes")]


def load():
    """Once, in the first zygote: its forks inherit the library."""
    global _library
    _library = ctypes.CDLL(LIBRARY)
    _library.agora_failure.restype = ctypes.c_char_p
    _library.agora_tmpfs.argtypes = [ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_ulonglong]


def step(name, *arguments):
    prepared = [word.encode() if isinstance(word, str) else word for word in arguments]
    answer = getattr(_library, "agora_" + name)(*prepared)
    if answer < 0:
        raise SealError(_library.agora_failure().decode(errors="replace"))
    return answer


def close_others(keep):
    keep = sorted(keep)
    step("close_others", (ctypes.c_int * len(keep))(*keep), len(keep))


def standard_streams(output):
    """Nothing to read; output and errors go to one pipe, line by line."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(output, 1)
    os.dup2(output, HIGHEST_OUTPUT)
    os.close(output)


def build_root(order, base, link):
    """A new root of the environment's pieces and this cell's own mounts, which the warden hands over."""
    scratch, files = order["scratch_bytes"], order["files"]
    step("root_open", STAGE)
    step("tmpfs", "/tmp", scratch, files)
    step("tmpfs", "/dev/shm", scratch, files)
    for target, to in base["links"]:
        step("link", target, to)
    for target in base["pieces"]:
        step("attach", step("tree", target), target)
    step("folder", order["work_folder"], 0o755)
    handed = attach_mounts(link)
    if order["kind"] == "zygote":
        step("folder", STAGE, 0o755)
    step("proc")
    step("root_close")
    os.chdir(order["work_folder"])
    return handed


def attach_mounts(link):
    """Asks the warden for mounts until there are none; the last answer holds the handed descriptors."""
    while True:
        link.sendall(b"mounts")
        text, fds = receive(link)
        answer = json.loads(text)
        if "handed" in answer:
            return dict(zip(answer["handed"], fds, strict=True))
        for target, tree in zip(answer["targets"], fds, strict=True):
            step("attach", tree, target)


def private_data_bytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    raise SealError("read /proc/self/status: no VmData in it")


def close_in(order, filter_fd):
    """The point of no return: limits, user, capabilities, system calls."""
    data = private_data_bytes() + order["data_bytes"] if order["data_bytes"] else 0
    limits = Limits(order["file_bytes"], data, order["processes"])
    step("become", order["user"], order["own_users"])
    step("limit", ctypes.byref(limits))
    step("filter", filter_fd)
    os.close(filter_fd)
