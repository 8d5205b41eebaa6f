"""The state machine as the tests run it."""

from pathlib import Path
from typing import Any

import pytest
import redis

from designs.tests.support import factories
from designs.tests.support.state_machine.machine import DesignLifeMachine


@pytest.fixture
def life(catalogue: None, settings: Any, tmp_path: Path, empty_redis: "redis.Redis") -> type[DesignLifeMachine]:
    """The state machine, with small outputs and a storage folder of its own."""
    settings.RENDER_OUTPUTS = ["preview.png:40", "thumbnail.png:20"]

    class ThisLife(DesignLifeMachine):
        owners = [factories.make_user(), factories.make_user()]

    return ThisLife
