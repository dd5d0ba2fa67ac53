"""The settings: what each person chooses for themselves, and what administrators look after.

Each module is one page; `menu` is what they share.
"""
