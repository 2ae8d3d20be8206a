"""Dead letters, once a person looks: list and show them, send those that are fixed back, throw the rest away.

letters.py (which there are) → trial.py (what a stage makes of one now) → redrive.py or discard.py, which mark in
the letters' own topic what they did (marks.py), in one transaction with it (writer.py).
"""
