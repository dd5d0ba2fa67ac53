"""Reading alone: milliseconds a mail in batches of 50, seconds to import and load, memory of the room.

Each measured in a process of its own, three times; medians with their range.
"""

import json
import subprocess
import sys
from statistics import median

ROUNDS = 3

_MEASURE = """
import json, resource, time
began = time.perf_counter()
at_start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from inbox_agent.message import Message
from inbox_agent.understanding import Understanding
understanding = Understanding.load()
understanding.read(Message(text="Please delete my account"))
loaded = time.perf_counter() - began
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from benchmarks.mails import mails
from inbox_agent.message import parse
messages = [parse(mail) for mail in mails(500)]
times = []
for at in range(0, len(messages), 50):
    began = time.perf_counter()
    understanding.read_all(messages[at : at + 50])
    times.append((time.perf_counter() - began) / 50 * 1000)
replies = time.perf_counter()
for message in messages[:100]:
    understanding.read_reply(message)
replies = (time.perf_counter() - replies) * 10
times.sort()
mb = (memory - at_start) / 1024
middle = times[len(times) // 2]
print(json.dumps({"load": loaded, "mb": mb, "ms": middle, "slowest": times[-1], "reply": replies}))
"""


def main() -> None:
    command = [sys.executable, "-c", _MEASURE]
    rounds = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        for _ in range(ROUNDS)
    ]
    print(f"reading 500 mails of 2 KB in batches of 50, {ROUNDS} rounds, median (range)")
    for name, key, unit in (
        ("a mail", "ms", "ms"),
        ("a mail in the slowest batch", "slowest", "ms"),
        ("a reply", "reply", "ms"),
        ("import and load", "load", "s"),
        ("memory of the room", "mb", "MB"),
    ):
        values = sorted(one[key] for one in rounds)
        print(f"{name:28} {median(values):7.2f} ({values[0]:.2f}-{values[-1]:.2f}) {unit}")


main()
