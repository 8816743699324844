"""A program: one command, as a child of this process, which is the first of its cell; then its files.

Handed: link (a socket of packets), output and errors (pipes, the command's alone). Out goes "cCODE" when the command
has ended and all that it started is dead, then what out_folder.h tells.
"""

import json
import os
import shutil
import signal
import socket
import time

from agora_cell import outputs, seal

NOT_FOUND = 127
LAST_LOOK = 0.1


def run(channel, handed, argument):
    wanted = json.loads(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command could send it
    link = socket.socket(fileno=handed["link"])
    code = run_command(wanted["command"], {**os.environ, **wanted["variables"]}, handed["output"], handed["errors"])
    end(link, code, wanted)


def run_command(command, variables, output, errors):
    """The command's exit status, when nothing that it started lives any more."""
    path = shutil.which(command[0], path=variables["PATH"])
    if path is None:
        os.write(errors, f"{command[0]}: there is no such program in this environment\n".encode())
        return NOT_FOUND
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, output, 1),
               (os.POSIX_SPAWN_DUP2, errors, 2)]
    try:
        child = os.posix_spawn(path, command, variables, file_actions=actions, setsid=True, setsigmask=(),
                               setsigdef=(signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ))
    except OSError as failure:
        os.write(errors, f"{command[0]}: {failure.strerror}\n".encode())
        return NOT_FOUND
    code = wait_for(child)
    end_all_others()
    return code


def wait_for(child):
    """Orphans come to the first process of a cell, and are buried meanwhile."""
    while (dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)).si_pid != child:
        os.waitpid(dead.si_pid, 0)
    if dead.si_status != 0 and seal.hands().counts_itself:
        time.sleep(LAST_LOOK)  # no cgroup remembers what this tree was: let the warden see it once more
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def end_all_others():
    while True:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            os.wait()
        except ChildProcessError:
            return


def end(link, code, wanted):
    link.sendall(b"c%d" % (code if code >= 0 else 128 - code))
    outputs.hand_over(link, wanted["out_bytes"], wanted["out_files"])
    os._exit(0 if code == 0 else 1)
