"""A cell that computes for ever and ignores every signal that it may."""
import signal


def run(channel, handed, argument):
    channel.receive()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    channel.send(b"first")
    while True:
        pass
