"""Write ``streams/broker/jars.json`` anew: ``python -m training.lock_jars``. See ``streams/broker/jars.py``."""

from streams.broker.jars import write_lock_file

if __name__ == "__main__":
    write_lock_file()
