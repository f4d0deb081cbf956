"""Words of a text: split as the lexical index splits them, and those that say something told from the rest."""

from indexer.wording import is_telling, load_wording, words_of


def test_words_are_those_of_the_lexical_index() -> None:
    assert words_of("Vitamin_B12, L4-5 & #60: 10/325MG") == ["vitamin", "b12", "l4", "5", "60", "10", "325mg"]
    assert words_of(" . ") == []


def test_lists_hold_words_as_they_are_split_and_do_not_overlap() -> None:
    wording = load_wording()
    lists = [wording.stop, wording.negations, wording.exchangeable]
    assert all(words_of(word) == [word] for words in lists for word in words)
    assert sum(map(len, lists)) == len(frozenset().union(*lists))


def test_what_says_something() -> None:
    telling = [word for word in words_of("There is no documentation of a trial of X or opioids") if is_telling(word)]
    assert telling == ["documentation", "trial", "opioids"]
