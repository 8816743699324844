"""Hands over what stands in /out: plain files, as far as they fit. Nothing else in the cell lives by now."""

import os
import stat

from agora_cell.channel import LARGEST

OUT = b"/out"
LONGEST_PATH, DEEPEST = 1024, 32


def hand_over(link, most_bytes, most_files):
    left_bytes, left_files = most_bytes, most_files
    for path in below(OUT, b"", 1):
        size, why = look_at(path, left_bytes)
        if why is None and left_files == 0:
            leave(link, path, f"is beyond the {most_files} files that are taken")
            break  # it stands for all the others
        if why is None and not send(link, path, size):
            why = "cannot be read"
        if why is not None:
            leave(link, path, why)
            continue
        left_bytes -= size
        left_files -= 1
    link.sendall(b"e")


def leave(link, path, why):
    link.sendall(b"r" + path[:LONGEST_PATH] + b"\0" + why.encode())


def below(folder, prefix, depth):
    """Relative paths of all that is no folder; of folders only those that nobody goes into."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield prefix[:-1]
        return
    for entry in entries:
        path = prefix + entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif depth == DEEPEST or len(path) > LONGEST_PATH:
            yield path
        else:
            yield from below(os.path.join(OUT, path), path + b"/", depth + 1)


def look_at(path, left_bytes):
    """Its size, and why it is not taken or None."""
    try:
        facts = os.lstat(os.path.join(OUT, path))
    except OSError as failure:
        return 0, f"cannot be looked at: {failure.strerror}"
    kinds = ((stat.S_ISLNK, "is a link"), (stat.S_ISDIR, "is a folder that cannot be gone into"),
             (stat.S_ISSOCK, "is a socket"), (stat.S_ISFIFO, "is a pipe"))
    for is_kind, why in kinds:
        if is_kind(facts.st_mode):
            return 0, why
    if not stat.S_ISREG(facts.st_mode):
        return 0, "is no plain file"
    if facts.st_nlink > 1:
        return 0, f"is a file of {facts.st_nlink} names (hard links)"
    if facts.st_size > left_bytes:
        there = f"{facts.st_size} bytes ({facts.st_blocks * 512} of them on disk)"
        return 0, f"has {there}, and only {left_bytes} more are taken"
    return facts.st_size, None


def send(link, path, size):
    try:
        with open(os.path.join(OUT, path), "rb", buffering=0) as file:
            link.sendall(b"f%d %b" % (size, path))
            while size > 0:
                data = file.read(min(size, LARGEST - 1))
                if not data:
                    os._exit(1)  # it became shorter, although nobody is left to write it
                link.sendall(b"d" + data)
                size -= len(data)
    except OSError:
        return False
    return True
