"""One piece of work in a fork, beside what this process goes on with."""

import os
import resource

_MOST_MEMORY = 512 << 10  # KiB; a fork's references are counted in pages of its own, at worst all of them again


class Beside:
    """`work()` in a fork where that is safe and cheap, else here and now. It gives an int, or raises in `result`."""

    def __init__(self, work):
        self.work, self.pid, self.value = work, 0, None
        if not _may_fork() or not self._fork():
            self.value = work()

    def _fork(self):
        read_end, write_end = os.pipe()
        try:
            self.pid = os.fork()
        except OSError:  # as many processes as the limit allows
            os.close(read_end)
            os.close(write_end)
            return False
        if self.pid == 0:
            code = 1
            try:
                os.write(write_end, b"%d" % self.work())
                code = 0
            finally:
                os._exit(code)
        os.close(write_end)
        self.read_end = read_end
        return True

    def result(self):
        """What `work` gave. A fork that failed says nothing: the work is done again here, and raises here."""
        if self.pid:
            _, status = os.waitpid(self.pid, 0)
            said = os.read(self.read_end, 32)
            os.close(self.read_end)
            self.pid = 0
            self.value = int(said) if status == 0 else self.work()
        return self.value


def _may_fork():
    try:
        threads = len(os.listdir("/proc/self/task"))
    except OSError:
        return False
    return threads == 1 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < _MOST_MEMORY
