"""Measurements; `make bench` prints them. Everything compared is compared in one run."""
