"""Small logs, written by hand."""

from __future__ import annotations


def xes(traces: dict[str, list[tuple[str, str]]], *, prolog: str = "") -> str:
    """Write a small XES log: per trace its events, each a name and a time."""
    body = ""
    for name, events in traces.items():
        body += f'<trace><string key="concept:name" value="{name}"/>'
        for event, time in events:
            body += (
                f'<event><string key="concept:name" value="{event}"/>'
                f'<date key="time:timestamp" value="{time}"/></event>'
            )
        body += "</trace>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<log xmlns="http://www.xes-standard.org/">{body}</log>'
