"""The scoring cell: the kit's own score types and Predictions, on labels and predictions, without the submission.

Handed: labels ((y_train, y_test)), folds (an object: list of (train_is, valid_is)), predictions (all folds' results,
copied by the trusted side), scores (result memory). Out: float64 scores, step by step: for each fold train, valid and,
where there is a test, test, each with every score type; then bagged valid and, where there is a test, bagged test.
"""

import json
import os

import numpy as np

from agora_cell import failure, kit
from agora_cell.objects import read_object
from agora_cell.predictions import map_shared, read_predictions


def run(channel, handed, argument):
    wanted = json.loads(argument)
    try:
        kit.seed_everything(wanted["seed"])
        problem = kit.load_problem(wanted.get("quick", False))
        scores = np.array(_scores(problem, handed, wanted), dtype="<f8")
        memory = map_shared(handed["scores"], wanted["scores_size"])
        memory[: scores.nbytes] = scores.tobytes()
        channel.send(b"AGS1")
    except BaseException as error:  # the kit's own code may raise anything
        channel.send(failure.encode(failure.describe(error, kit.KIT, kit.KIT)))


def _scores(problem, handed, wanted):
    y_train, y_test = read_object(handed["labels"])
    y_test = y_test if wanted["has_test"] else None
    folds = [read_object(handed["masked"], place["offset"], place["size"])[1:] for place in wanted["folds"]]
    size = os.fstat(handed["predictions"]).st_size
    everything = memoryview(map_read(handed["predictions"], size))
    scores, valid, test = [], [], []
    for (train_is, valid_is), places in zip(folds, wanted["results"]):
        y_pred = read_predictions(everything[places["train"]:])
        valid.append(problem.Predictions(y_pred=y_pred, fold_is=valid_is))
        steps = [(problem.Predictions(y_true=y_train, fold_is=train_is), problem.Predictions(y_pred=y_pred, fold_is=train_is)),
                 (problem.Predictions(y_true=y_train, fold_is=valid_is), valid[-1])]
        if y_test is not None:
            test.append(problem.Predictions(y_pred=read_predictions(everything[places["test"]:])))
            steps.append((problem.Predictions(y_true=y_test), test[-1]))
        scores += [_score(score_type, *step) for step in steps for score_type in problem.score_types]
    scores += _bagged(problem, valid, y_train, [valid_is for _, valid_is in folds])
    if y_test is not None:
        scores += _bagged(problem, test, y_test, None)
    return scores


def map_read(fd, size):
    import mmap

    return mmap.mmap(fd, size, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE)


def _score(score_type, truth, prediction):
    return float(score_type.score_function(truth, prediction))


def _bagged(problem, predictions, y, valid_is):
    """The score of the bag of all folds, as rampwf's get_score_cv_bags gives it for its last prefix."""
    import copy

    truth = problem.Predictions(y_true=y)
    rows = len(truth.y_pred)
    places = valid_is or [range(len(prediction.y_pred)) for prediction in predictions]
    placed = []
    for prediction, place in zip(predictions, places):
        container = problem.Predictions(n_samples=rows)
        container.set_valid_in_train(prediction, place)
        placed.append(container)
    scores = []
    for score_type in problem.score_types:
        bag = problem.Predictions.combine(placed)
        covered = bag.valid_indexes
        local = copy.deepcopy(truth)
        local.set_slice(covered)
        bag.set_slice(covered)
        scores.append(_score(score_type, local, bag))
    return scores
