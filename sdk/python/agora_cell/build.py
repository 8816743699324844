"""A build: fetches a source archive by its hash and has uv make its wheel, all of it a stranger's code from there on.

Handed as program.py is. The network is a proxy of this process (relay.py); the cell has no other.
"""

import json
import os
import signal
import socket

from agora_cell import program

FOLDER = "/tmp/source"


def run(channel, handed, argument):
    from agora_cell import sdist
    from agora_cell.relay import Relay

    wanted = json.loads(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build could send it
    link, errors = socket.socket(fileno=handed["link"]), handed["errors"]
    os.environ.update(wanted["variables"])
    os.environ.update(Relay(link, errors).variables())
    try:
        source = wanted.get("source") or fetched(sdist, wanted, errors)
    except sdist.NoSource as why:
        os.write(errors, f"{why}\n".encode())
        return program.end(link, (1, 0), wanted)
    command = [wanted["uv"], "build", "--wheel", "--python", wanted["python"], "--out-dir", "/out", source]
    program.end(link, program.run_command(command, dict(os.environ), handed["output"], errors), wanted)


def fetched(sdist, wanted, errors):
    os.mkdir(FOLDER)
    path = sdist.fetch(wanted["index"], wanted["name"], wanted["version"], wanted["hashes"], FOLDER)
    os.write(errors, f"Fetched {os.path.basename(path)}, {os.path.getsize(path)} bytes\n".encode())
    return path
