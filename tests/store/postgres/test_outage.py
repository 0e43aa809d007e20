"""Values that no column can hold are told to whoever gave them."""

from __future__ import annotations

import pytest

from giljabi.model.errors import BadParameter
from giljabi.store.postgres import Database


@pytest.mark.parametrize("number", [2**63, -(2**70)])
async def test_a_number_that_is_too_large_is_bad_input(
    number: int, database: Database, our_workspace: str
) -> None:
    with pytest.raises(BadParameter, match="larger than any"):
        async with database.transaction(our_workspace) as tx:
            await tx.identities.edge(number)


async def test_a_null_character_is_bad_input(database: Database, our_workspace: str) -> None:
    with pytest.raises(BadParameter, match="null character"):
        async with database.transaction(our_workspace) as tx:
            await tx.maps.get("a\0b")
