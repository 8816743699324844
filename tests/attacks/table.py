"""The attacks that cells survive, each with a number of its own; their code stands in the files by theme."""
import center_attacks
import collusion
import consumption
import kernel
import network
import processes
import results
import sight
import source

THEMES = (sight.ATTACKS, sight.LEARNING, processes.ATTACKS, consumption.ATTACKS, network.ATTACKS, kernel.ATTACKS,
          results.ATTACKS, collusion.ATTACKS, source.ATTACKS, center_attacks.ATTACKS)
TABLE = sorted((attack for theme in THEMES for attack in theme), key=lambda attack: attack.number)
