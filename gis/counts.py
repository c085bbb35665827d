"""A count with its noun, as a sentence says it, from a number."""

from gis.sentences import Sentence, sentence


def noun_for(count: int, noun: str, plural: str = "") -> str:
    """Return the form of a noun that stands after a count.

    Parameters
    ----------
    count
        How many.
    noun
        Of one.
    plural
        Of none or many; empty where it is the noun with an s.

    Examples
    --------
    >>> noun_for(1, "event"), noun_for(0, "event"), noun_for(2, "was", "were")
    ('event', 'events', 'were')
    """
    return Sentence(noun if count == 1 else plural or f"{noun}s", noun, {})


def count_text(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count, noun, plural
        As `noun_for` takes them.

    Examples
    --------
    >>> count_text(1, "event"), count_text(1200, "event"), count_text(0, "fault")
    ('1 event', '1,200 events', '0 faults')
    """
    return sentence("{count:,} {noun}", count=count, noun=noun_for(count, noun, plural))
