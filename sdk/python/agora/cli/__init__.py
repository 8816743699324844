"""The commands: the same words, options, output and exit codes as those of the platform's own `agora`."""
