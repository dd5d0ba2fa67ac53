"""A company through whose every door marked personal data goes, and the places where none of it may be found.

`marks` are the words that stand nowhere else; `premises` the company: a real agent with its mailboxes, relay
and desk; `mails`, `forms`, `typing` and `faults` what is brought to its doors; `watch` what its processes
show meanwhile; `searches` looks for the marks in whatever form they may have been given.
"""
