"""Runs its argument as Python: the tests of the sandbox say inline what a cell shall try."""


def run(channel, handed, argument):
    exec(compile(argument, "<test>", "exec"), {"channel": channel, "handed": handed, "__name__": "test"})
