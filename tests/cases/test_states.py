"""The states of a right: which moves there are, and what a case makes of its rights."""

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from inbox_agent.cases.states import MOVES, State, diagram, moved, of_case
from inbox_agent.errors import PersonNeeded


def test_a_move_that_is_not_possible_says_from_where_it_is() -> None:
    with pytest.raises(PersonNeeded, match="`approve` is not possible from open; it is from review"):
        moved("open", "approve")


@pytest.mark.parametrize("state", list(State))
def test_from_every_state_but_closed_a_right_can_end(state: State) -> None:
    if state is State.CLOSED:
        with pytest.raises(PersonNeeded):
            moved(state, "end")
    else:
        assert moved(state, "end") is State.CLOSED


def test_every_state_can_be_reached_and_left() -> None:
    assert {move.to for move in MOVES.values()} | {State.TRIAGE} == set(State)
    assert {state for move in MOVES.values() for state in move.of} == set(State)


@given(lists(sampled_from(list(State)), min_size=1))
def test_a_case_is_closed_when_all_its_rights_are_and_else_stands_where_one_of_them_does(
    states: list[State],
) -> None:
    state = of_case(states)
    assert state in states
    assert (state is State.CLOSED) == (set(states) == {State.CLOSED})


def test_the_diagram_draws_every_move() -> None:
    drawn = diagram()
    for verb, move in MOVES.items():
        for state in move.of - {move.to}:
            assert any(
                line.strip().startswith(f"{state} --> {move.to}:") and verb in line
                for line in drawn.splitlines()
            )
