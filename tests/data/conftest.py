"""What every test of the reader needs: a door to knock at."""

from __future__ import annotations

import pytest

from tests.data.door import Door


@pytest.fixture
def door(tmp_path, monkeypatch) -> Door:
    """A door in an empty directory, which is also the working directory."""
    monkeypatch.chdir(tmp_path)
    return Door(tmp_path)
