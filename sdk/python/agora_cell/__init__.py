"""What runs inside a cell: the zygote's loop, the sealing of a fork, the channel to the trusted side.

An entry is a module with `run(channel, handed, argument)`: a Channel, the handed descriptors by name, and the
text that its caller gave. It runs in a process that is sealed already.
"""
