"""A journey map as the accepting Petri net whose runs are the ways through the map."""

from __future__ import annotations

from typing import Any

from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

from giljabi.model import JourneyMap


def net_of(journey_map: JourneyMap) -> tuple[PetriNet, Marking, Marking]:
    """Build the net: a state machine whose visible transitions are labelled with stage ids.

    Place ``at i`` is "stage i was visited last", place ``past i`` "on the way forward behind stage i".
    Optional stages are passed silently; a required one by a move of the model alone.
    """
    net = PetriNet("map")
    stages = journey_map.stages
    at = [_place(net, f"at {number}") for number in range(len(stages) + 1)]
    past = [_place(net, f"past {number}") for number in range(len(stages) + 1)]
    end = _place(net, "end")
    number_of = {stage.id: number for number, stage in enumerate(stages, start=1)}
    for number in range(len(stages) + 1):
        _move(net, at[number], past[number], None)
        if journey_map.ends == "anywhere":
            _move(net, at[number], end, None)
    _move(net, past[-1], end, None)
    for number, stage in enumerate(stages, start=1):
        _move(net, past[number - 1], at[number], stage.id)
        if not stage.required:
            _move(net, past[number - 1], past[number], None)
        if stage.repeats:
            _move(net, at[number], at[number], stage.id)
        for other in stage.returns_to:
            _move(net, at[number], at[number_of[other]], other)
    return net, Marking({at[0]: 1}), Marking({end: 1})


def _place(net: PetriNet, name: str) -> Any:
    place = PetriNet.Place(name)
    net.places.add(place)
    return place


def _move(net: PetriNet, source: Any, target: Any, label: str | None) -> None:
    transition = PetriNet.Transition(f"{label} {source.name} {target.name}", label)
    net.transitions.add(transition)
    add_arc_from_to(source, transition, net)
    add_arc_from_to(transition, target, net)
