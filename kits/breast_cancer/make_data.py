"""Writes data/ from the copy of the Wisconsin diagnostic data in scikit-learn: python make_data.py [FOLDER]."""
import pathlib
import sys

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split


def main(folder):
    source = load_breast_cancer(as_frame=True)
    masses = source.data.rename(columns=lambda name: name.replace(' ', '_'))
    masses['diagnosis'] = source.target.map({0: 'malignant', 1: 'benign'})
    train, test = train_test_split(masses, test_size=143, stratify=masses['diagnosis'], random_state=57)
    folder.mkdir(parents=True, exist_ok=True)
    train.to_csv(folder / 'train.csv', index=False)
    test.to_csv(folder / 'test.csv', index=False)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
