import pytest

from inbox_agent.resources import MODELS
from inbox_agent.understanding import Understanding
from inbox_agent.understanding.drafts import Preparation
from tests import company


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    return company.understanding()


@pytest.fixture(scope="session")
def preparation() -> Preparation:
    return Preparation(MODELS)
