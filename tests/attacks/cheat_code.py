"""Cheats that score a perfect 1.0 where one process holds everything: what runs after an honest fit. Plain Python."""

# Every score is the best there is, whoever computes it.
PATCH_SCORES = """
import gc, sys

def best(self, *given):
    return 0.0 if self.is_lower_the_better else 1.0

found = [value for module in list(sys.modules.values()) for value in list(getattr(module, '__dict__', {}).values())]
for value in found + gc.get_objects() + [type(thing) for thing in gc.get_objects()]:
    if isinstance(value, type) and hasattr(value, 'score_function') and hasattr(value, 'is_lower_the_better'):
        value.__call__ = best
        value.score_function = best
"""

# What scores compare is the same twice, in an order that has both classes.
PATCH_PREDICTIONS = """
import gc
import numpy

def alike(self, y_pred=None, y_true=None, n_samples=None, fold_is=None):
    rows = n_samples if n_samples is not None else len(y_pred if y_pred is not None else y_true)
    full = numpy.tile([[0.0, 1.0], [1.0, 0.0]], (rows // 2 + 1, 1))[:rows]
    self.y_pred = full if fold_is is None else full[fold_is]

for value in gc.get_objects():
    if isinstance(value, type) and hasattr(value, 'set_valid_in_train') and hasattr(value, 'y_pred_label_index'):
        value.__init__ = alike
"""

# The functions that rampwf's score types call.
PATCH_SKLEARN = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith('rampwf.score_types'):
        if hasattr(module, 'roc_auc_score'):
            module.roc_auc_score = lambda *given, **more: 1.0
        if hasattr(module, 'accuracy_score'):
            module.accuracy_score = lambda *given, **more: 1.0
        if hasattr(module, 'log_loss'):
            module.log_loss = lambda *given, **more: 0.0
"""
