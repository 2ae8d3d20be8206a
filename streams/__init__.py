"""Rafid: the river from raw articles to topic streams. Start reading at ``streams/app.py``."""
