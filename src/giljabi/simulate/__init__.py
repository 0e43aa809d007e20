"""Customers of a Korean online shop with known truth, at any scale, for the demo, tests and benches."""

from giljabi.simulate.run import Simulation, simulate_shop
from giljabi.simulate.troubles import TROUBLES, Contradicts, Trouble

__all__ = ["TROUBLES", "Contradicts", "Simulation", "Trouble", "simulate_shop"]
