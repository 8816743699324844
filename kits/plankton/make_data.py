"""Writes data/: simulated images of an underwater camera, as PNG files: python make_data.py [FOLDER]."""
import pathlib
import struct
import sys
import zlib

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

N_TRAIN, N_TEST = 200, 80
SIZE = 32  # pixels, of 60 micrometres each
SHARES = {'copepod': 0.28, 'detritus': 0.40, 'diatom': 0.18, 'radiolarian': 0.14}
ROWS, COLS = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2


def turned(rng):
    """Pixel coordinates along and across an animal that swims in any direction, a little off the centre."""
    angle = rng.uniform(0, 2 * np.pi)
    row, col = rng.normal(0, 1.2, 2)
    along = (COLS - col) * np.cos(angle) + (ROWS - row) * np.sin(angle)
    across = -(COLS - col) * np.sin(angle) + (ROWS - row) * np.cos(angle)
    return along, across


def soft(inside):
    """Opacity of a body from a signed distance in pixels, positive inside."""
    return 1.0 / (1.0 + np.exp(-2.5 * inside))


def line(along, across, start, direction, length, width):
    """A bristle or an antenna."""
    direction = direction / np.hypot(*direction)
    a, b = along - start[0], across - start[1]
    t = np.clip(a * direction[0] + b * direction[1], 0, length)
    return soft(width - np.hypot(a - t * direction[0], b - t * direction[1]))


def copepod(rng):
    along, across = turned(rng)
    length, width = rng.uniform(5.0, 8.5), rng.uniform(2.2, 3.6)
    body = soft((1 - np.hypot(along / length, across / width)) * width)
    tail = line(along, across, (-length * 0.8, 0.0), np.array([-1.0, 0.1]), rng.uniform(2, 5), 0.7)
    opacity = np.maximum(rng.uniform(0.55, 0.9) * body, 0.6 * tail)
    for side in (-1, 1):
        sweep = np.array([rng.uniform(-0.6, 0.4), side])
        antenna = line(along, across, (length * 0.85, 0.0), sweep, rng.uniform(3, 9), 0.35)
        opacity = np.maximum(opacity, rng.uniform(0.25, 0.6) * antenna)
    return opacity


def diatom(rng):
    """A chain of glassy cells, each with a darker wall."""
    along, across = turned(rng)
    n_cells, cell, width = rng.integers(3, 8), rng.uniform(2.0, 3.2), rng.uniform(1.3, 2.4)
    half = n_cells * cell / 2
    body = soft(np.minimum(half - np.abs(along), width - np.abs(across + 0.02 * rng.normal() * along ** 2)))
    walls = 0.5 + 0.5 * np.cos(2 * np.pi * (along - half) / cell)
    return body * (rng.uniform(0.25, 0.45) + 0.4 * walls ** 3)


def radiolarian(rng):
    """A sphere with a dense centre and spines all round."""
    along, across = turned(rng)
    radius = rng.uniform(3.2, 6.5)
    away = np.hypot(along, across)
    opacity = soft(radius - away) * rng.uniform(0.3, 0.5) + 0.4 * np.exp(-0.5 * (away / (0.45 * radius)) ** 2)
    n_spines, first = rng.integers(7, 15), rng.uniform(0, 2 * np.pi)
    for k in range(n_spines):
        angle = first + 2 * np.pi * k / n_spines + rng.normal(0, 0.1)
        spine = line(along, across, (0.0, 0.0), np.array([np.cos(angle), np.sin(angle)]),
                     radius + rng.uniform(1.0, 4.0), 0.3)
        opacity = np.maximum(opacity, rng.uniform(0.2, 0.5) * spine)
    return opacity


def detritus(rng):
    """Marine snow: a ragged heap, now and then with a fibre that looks like an antenna."""
    along, across = turned(rng)
    size, stretch = rng.uniform(3.0, 6.5), rng.uniform(1.0, 1.9)
    ragged = gaussian_filter(rng.normal(size=(SIZE, SIZE)), 1.6) * 6.0
    inside = (1 - np.hypot(along / (size * stretch), across * stretch / size)) * size + rng.uniform(0.6, 1.6) * ragged
    opacity = soft(inside - 0.3) * (rng.uniform(0.35, 0.8) + 0.15 * ragged)
    for _ in range(rng.poisson(0.6)):
        fibre = line(along, across, (0.0, 0.0), rng.normal(size=2), rng.uniform(6, 12), 0.35)
        opacity = np.maximum(opacity, rng.uniform(0.2, 0.5) * fibre)
    return opacity


MAKERS = {'copepod': copepod, 'detritus': detritus, 'diatom': diatom, 'radiolarian': radiolarian}


def photograph(rng, opacity):
    """Bright field: a body takes light away. Slightly out of focus, with noise."""
    opacity = gaussian_filter(np.clip(opacity, 0, 0.95), rng.uniform(0.3, 0.8))
    light = rng.uniform(190, 220) * (1 - opacity) + rng.normal(0, 4.0, (SIZE, SIZE))
    return (4 * np.round(np.clip(light, 0, 252) / 4)).astype(np.uint8)  # six bits keep the files small


def png(image):
    """The bytes of an 8-bit grey PNG: the same on every machine, unlike those of an image library."""
    def chunk(kind, content):
        return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))
    height, width = image.shape
    header = struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)
    lines = b''.join(b'\0' + row.tobytes() for row in image)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(lines, 9))
            + chunk(b'IEND', b''))


def main(folder):
    rng = np.random.default_rng(57)
    n = N_TRAIN + N_TEST
    taxa = rng.choice(list(SHARES), n, p=list(SHARES.values()))
    names = [f'{number:05d}.png' for number in rng.choice(100000, n, replace=False)]
    (folder / 'images').mkdir(parents=True, exist_ok=True)
    for name, taxon in zip(names, taxa):
        (folder / 'images' / name).write_bytes(png(photograph(rng, MAKERS[taxon](rng))))
    table = pd.DataFrame({'image': names, 'taxon': taxa})
    table[:N_TRAIN].to_csv(folder / 'train.csv', index=False)
    table[N_TRAIN:].to_csv(folder / 'test.csv', index=False)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
