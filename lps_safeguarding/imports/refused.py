"""How a file, or a row of one, is refused: always with a sentence for the person who sent it."""


class Unreadable(Exception):
    """Nothing of the file can be taken. The message says why, and what to do; it quotes no row."""


class BadCell(ValueError):
    """One cell cannot be taken. The message is a sentence; the row's number is put before it."""
