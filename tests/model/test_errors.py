import inspect
import re

import pytest

from giljabi.model import errors


def drawn() -> dict[str, str]:
    """Read the tree of the docstring: each class and its parent."""
    parents, above = {}, {0: ""}
    for line in (errors.__doc__ or "").splitlines():
        found = re.fullmatch(r"    ((?:[│ ] {3})*(?:[├└]── )?)([A-Z]\w+)(?: .*)?", line)
        if found:
            depth = len(found[1]) // 4
            above[depth + 1] = found[2]
            parents[found[2]] = above[depth]
    return parents


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    classes = [
        one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.GiljabiError)
    ]
    tree = {
        one.__name__: next(
            (base.__name__ for base in one.__bases__ if issubclass(base, errors.GiljabiError)), ""
        )
        for one in classes
    }
    assert drawn() == tree


def test_near_names_are_offered() -> None:
    assert str(errors.UnknownEvent("serch", ["search", "pay"])) == (
        "no event is named 'serch'; did you mean 'search'?"
    )
    assert "the log has: search, pay" in str(errors.UnknownEvent("zzz", ["search", "pay"]))
    assert "the log has no such columns" in str(errors.UnknownColumn("zzz", []))


@pytest.mark.parametrize("count", [1, 2])
def test_a_wrong_map_counts_its_mistakes(count: int) -> None:
    mistakes = [errors.Mistake(3, 4, "no key 'a'", "did you mean 'b'?")] * count
    told = str(errors.MapMistakes("m.yaml", mistakes))
    assert told.startswith(f"m.yaml: {count} mistake{'s' * (count > 1)}\n")
    assert told.endswith("  line 3, column 4: no key 'a' (did you mean 'b'?)")
