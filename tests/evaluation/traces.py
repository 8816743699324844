"""What a cell could leave on the host: processes, shared memory, control groups, mounts.

$AGORA is the program (default: build/release/agora).
"""
import os
import pathlib
import pwd

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = str(pathlib.Path(os.environ.get("AGORA", str(ROOT / "build/release/agora"))).resolve().parent)


def processes():
    """Processes that run our programs or stand in a cell's root; those of other builds are not ours to count."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = pathlib.Path("/proc", pid, "cmdline").read_bytes().decode(errors="replace")
            mounts = pathlib.Path("/proc", pid, "mountinfo").read_text(errors="replace")
        except OSError:
            continue
        if PROGRAMS + "/agora-" in command or f"{PROGRAMS}/agora_cell" in mounts:
            found[int(pid)] = command.replace("\0", " ")
    return found


def shared_memory():
    """Files in /dev/shm that are ours or of ids that nobody has, as cells' are; not those of a service beside us."""
    found = set()
    for entry in os.scandir("/dev/shm"):
        try:
            owner = entry.stat(follow_symlinks=False).st_uid
            if owner != os.geteuid():
                pwd.getpwuid(owner)
                continue
        except OSError:
            continue  # gone meanwhile
        except KeyError:
            pass
        found.add(entry.name)
    return found


def ownerless_groups():
    """Control groups that a warden made and no longer owns: their name is agora-WARDEN-NUMBER."""
    found = set()
    for folder, folders, _ in os.walk("/sys/fs/cgroup"):
        for name in folders:
            if name.startswith("agora-") and not os.path.exists(f"/proc/{name.split('-')[1]}"):
                found.add(os.path.join(folder, name))
    return found


def mounts():
    """Mount points below this host's temporary folders that speak of Agora."""
    with open("/proc/self/mountinfo") as table:
        return {line.split()[4] for line in table if "agora" in line.split()[4]}
