"""One fold: fit on labels of its own, then, once the fit has returned, predict on X_train and X_test.

Forked from the problem's zygote (features.py). Handed: results (the result memory). Over the channel come, in turn:
b"go NAME", the submission's folder below submissions/, with [masked labels], then for each variant b"predict" with [x_test] or [x_train, x_test] or nothing; out go
b"AGC1fitted", b"AGC1predicted", or a failure. Variants beyond the first serve the look-ahead check: each is
predicted by an identical fork of the fitted cell, which is not told whether its X is the true one.
"""

import json
import os

from agora_cell import failure, features, kit
from agora_cell.objects import read_object
from agora_cell.predictions import map_shared, write_dense, write_ragged


def run(channel, handed, argument):
    wanted = json.loads(argument)
    own_folder = kit.KIT
    try:
        problem, X_train = _problem(handed, wanted)
        memory = map_shared(handed["results"], wanted["results_size"])
        order, fds = channel.receive()
        wanted["module_path"] = "submissions/" + order.decode().removeprefix("go ")
        own_folder = os.path.join(kit.KIT, wanted["module_path"])
        y, train_is, valid_is = read_object(fds[0])
        os.close(fds[0])
        os.chdir(kit.KIT)
        kit.seed_everything(wanted["seed"])
        trained = problem.workflow.train_submission(wanted["module_path"], X_train, y, train_is)
        channel.send(b"AGC1fitted")
        _serve(channel, problem, trained, X_train, (train_is, valid_is), memory, wanted)
    except BaseException as error:  # a submission may raise SystemExit or worse
        channel.send(failure.encode(failure.describe(error, kit.KIT, own_folder)))


def _problem(handed, wanted):
    """The zygote's problem and X_train, or our own where this cell was forked from the environment's zygote."""
    if features.problem is None:
        features.run(None, handed, json.dumps(wanted))
    return features.problem, features.X_train


def _serve(channel, problem, trained, X_train, fold, memory, wanted):
    for variant in wanted["variants"]:
        _, fds = channel.receive()
        if not wanted["forks"]:
            _predict(problem, trained, X_train, fds, fold, memory, wanted, variant)
        else:
            _predict_in_fork(channel, problem, trained, X_train, fds, fold, memory, wanted, variant)
        for fd in fds:
            os.close(fd)
        channel.send(b"AGC1predicted")


def _predict_in_fork(channel, problem, trained, X_train, fds, fold, memory, wanted, variant):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _predict(problem, trained, X_train, fds, fold, memory, wanted, variant)
            code = 0
        except BaseException as error:
            own_folder = os.path.join(kit.KIT, wanted["module_path"])
            channel.send(failure.encode(failure.describe(error, kit.KIT, own_folder)))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status != 0:
        os._exit(0)  # the child has said why


def _predict(problem, trained, X_train, fds, fold, memory, wanted, variant):
    """`variant` says which descriptors came (train, test) and where the two results go."""
    given = dict(zip(variant["given"], fds))
    if "train" in given:
        X_train = read_object(given["train"])
    with_fold = kit.takes_fold(problem.workflow)
    y_train = kit.predict(problem.workflow, trained, X_train, fold, with_fold)
    _write(memory, variant["train"], y_train)
    if "test" in given:
        y_test = kit.predict(problem.workflow, trained, read_object(given["test"]), None, with_fold)
        _write(memory, variant["test"], y_test)


def _write(memory, place, y_pred):
    write = write_ragged if place["form"] == "ragged" else write_dense
    write(memory, place["offset"], place["capacity"], y_pred)
