"""Writes data/ from the copy of the UCI digits in scikit-learn: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def main(folder):
    source = load_digits()
    images = source.images.astype(np.uint8)
    digits = source.target.astype(np.int64)
    parts = train_test_split(images, digits, test_size=450, stratify=digits, random_state=57)
    train_images, test_images, train_digits, test_digits = parts
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / 'train.npz', images=train_images, digits=train_digits)
    np.savez_compressed(folder / 'test.npz', images=test_images, digits=test_digits)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
