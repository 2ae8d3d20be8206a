"""`python -m streams.broker` writes `jars.json` anew: see `streams/broker/jars.py`."""

from streams.broker.jars import write_lock_file

if __name__ == "__main__":
    write_lock_file()
