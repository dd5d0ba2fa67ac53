"""The record: mailboxes, inbound emails, cases with their rights, events and letters, and all keys.

`record` opens it; `inbound` stores mail and says what became of it; `known` tells what a batch of mails
meets; `case` (on `history`, `correspondence` and `attention`), `right`, `letter`, `event` are the tables with
their verbs; `act` is who does something, and when; `keys` seals; `threads`, `references` and `clocks` are the
rules; `search` finds things again. `package` gathers a copy of a person's data and hands it over; `erasing`
destroys keys and repeats it after a restore; `retention` does so by time.
"""
