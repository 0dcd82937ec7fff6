"""The lake: a collection of articles with all that was found in them, behind the one Protocol ``qa.ports.Lake``.

``embedded`` is one directory on this machine (SQLite is the truth, FAISS files are derived from it); ``memory`` is
the same without a directory, for tests and trials.
"""
