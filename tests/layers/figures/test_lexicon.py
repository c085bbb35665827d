"""Numbers of values never change."""

from layers.figures.lexicon import Lexicon


def test_values_have_the_numbers_of_their_first_appearance():
    lexicon = Lexicon()
    assert [lexicon.number(value) for value in "abac"] == [0, 1, 0, 2]
    assert len(lexicon) == 3
    assert list(lexicon.values(2)) == ["a", "b"]
