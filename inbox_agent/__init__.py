"""Inbox Agent: privacy requests in a company mailbox become tracked cases.

The flow, room by room: mail comes in by a door of `mailbox` and is stored in `cases` before anything
else; `process` takes it from there: `message` makes a Message of its bytes, `understanding` a Reading
of the Message, and `cases` opens a case with its rights, events and a queued letter, or leaves the mail
alone; `letters` writes and sends; `agent` keeps all of this going; `desk` shows it to staff. What staff do
on a case goes the same way back: `company` finds and erases a person's data in the company's own systems,
`evidence` makes the copy that a person gets (`downloads` hands it out) and shows what was done. `cli` wires
the rooms together and is the only one that does.
"""
