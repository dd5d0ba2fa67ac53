"""What all doors have in common."""

from itertools import islice

from inbox_agent.mailbox import pauses


def test_pauses_double_up_to_the_most_and_no_two_clients_keep_the_same_step() -> None:
    steps = list(islice(pauses(first=1, most=300), 12))
    for step, whole in zip(steps, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], strict=True):
        assert whole / 2 <= step <= whole
    assert steps != list(islice(pauses(first=1, most=300), 12))
