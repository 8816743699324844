"""A program: one command, as a child of this process, which is the first of its cell; then its files.

Handed: link (a socket of packets), output and errors (pipes, the command's alone). Out goes "cCODE THREADS" when
the command has ended and all that it started is dead, then what out_folder.h tells.
"""

import json
import os
import shutil
import signal
import socket

from agora_cell import outputs

NOT_FOUND = 127


def run(channel, handed, argument):
    wanted = json.loads(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command could send it
    link = socket.socket(fileno=handed["link"])
    variables = {**os.environ, **wanted["variables"]}
    end(link, run_command(wanted["command"], variables, handed["output"], handed["errors"]), wanted)


def run_command(command, variables, output, errors):
    """The command's exit status, and how many processes and threads there were at its end; none of them lives."""
    path = shutil.which(command[0], path=variables["PATH"])
    if path is None:
        os.write(errors, f"{command[0]}: there is no such program in this environment\n".encode())
        return NOT_FOUND, 0
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, output, 1),
               (os.POSIX_SPAWN_DUP2, errors, 2)]
    try:
        child = os.posix_spawn(path, command, variables, file_actions=actions, setsid=True, setsigmask=(),
                               setsigdef=(signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ))
    except OSError as failure:
        os.write(errors, f"{command[0]}: {failure.strerror}\n".encode())
        return NOT_FOUND, 0
    ended = wait_for(child)
    end_all_others()
    return ended


def wait_for(child):
    """Orphans come to the first process of a cell, and are buried meanwhile."""
    while (dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)).si_pid != child:
        os.waitpid(dead.si_pid, 0)
    threads = count_threads()  # with the child's, which is not buried yet
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), threads


def count_threads():
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass  # it has ended meanwhile
    return count


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


def end(link, ended, wanted):
    code, threads = ended
    link.sendall(b"c%d %d" % (code if code >= 0 else 128 - code, threads))
    outputs.hand_over(link, wanted["out_bytes"], wanted["out_files"])
    os._exit(0 if code == 0 else 1)
