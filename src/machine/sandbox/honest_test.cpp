// Code without any ill will works as it does outside.
#include <string>

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine/sandbox/memory.h"
#include "machine/sandbox/room_for_tests.h"

namespace sandbox {
namespace {

TEST_F(Room, HonestCodeWorks) {
  const auto outcome = run(R"(
import concurrent.futures, getpass, multiprocessing, os, pwd, random, subprocess, sys, tempfile, threading, uuid
with tempfile.NamedTemporaryFile('w+') as file:
    file.write('x'); file.flush(); print(os.path.getsize(file.name))
answers = []
threads = [threading.Thread(target=answers.append, args=(i,)) for i in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(answers))
for again in range(10):
    with multiprocessing.get_context('fork').Pool(2) as pool: got = pool.map(abs, [-1, -2, -3])
print(got)
lock = multiprocessing.Lock()
with lock: print('locked')
print(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout.strip())
print(os.cpu_count() > 0, pwd.getpwuid(os.getuid()).pw_dir, len(os.urandom(4)), len(os.sched_getaffinity(0)) > 0)
print(open('/proc/meminfo').readline().startswith('MemTotal'), os.path.exists('/proc/cpuinfo'))
)");
  EXPECT_EQ(outcome.output, "1\n[0, 1, 2, 3]\n[1, 2, 3]\nlocked\n42\nTrue /tmp 4 True\nTrue True\n");
  EXPECT_EQ(outcome.end, End::finished);
}

// In the default environment, whose interpreter $AGORA_TEST_PYTHON names.
TEST_F(Room, HonestScienceWorks) {
  const std::filesystem::path python = setting("AGORA_TEST_PYTHON", "");
  if (python.empty()) GTEST_SKIP() << "set AGORA_TEST_PYTHON to the interpreter of the default environment";
  if (::access(python.c_str(), X_OK) != 0) GTEST_SKIP() << python << " cannot be reached by this user";
  auto spec = zygote_spec();
  spec.python = python;
  spec.mounts.push_back({python.parent_path().parent_path(), python.parent_path().parent_path().string()});
  spec.preload = {"numpy", "scipy.stats", "sklearn.ensemble", "joblib"};
  auto science = warden_->open_zygote(spec);
  ASSERT_TRUE(science) << science.error().message;
  auto honest = script(R"(
import os
import numpy as np, joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import cross_val_score
from threadpoolctl import threadpool_limits
X, y = load_iris(return_X_y=True)
print(joblib.Parallel(n_jobs=2)(joblib.delayed(abs)(i) for i in range(-4, 0)))
print(RandomForestClassifier(20, n_jobs=2, random_state=0).fit(X, y).score(X, y) > 0.9)
with threadpool_limits(2, 'openmp'):
    print(HistGradientBoostingClassifier(max_iter=5).fit(X, y).score(X, y) > 0.9)
print(cross_val_score(RandomForestClassifier(5, random_state=0), X, y, n_jobs=2).mean() > 0.9)
print(float(np.linalg.norm(np.ones((300, 300)) @ np.ones((300, 300)))))
)");
  honest.limits.wall_seconds = 120;
  const auto cell = warden_->spawn(**science, honest);
  ASSERT_TRUE(cell) << cell.error().message;
  const auto outcome = (*cell)->wait();
  EXPECT_EQ(outcome.output, "[4, 3, 2, 1]\nTrue\nTrue\nTrue\n90000.0\n");
}

}  // namespace
}  // namespace sandbox
