"""Batches of texts of like length: all are padded to the longest, and padding is computed for nothing."""

from collections.abc import Sequence


def length_batches(sizes: Sequence[int], budget: int, most: int) -> list[list[int]]:
    """Return the places of texts in batches, shortest texts first.

    Args:
        sizes: word pieces of each text.
        budget: pieces of a batch, padding included; a text that is longer by itself is a batch of its own.
        most: texts in a batch.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        room = batches and len(batches[-1]) < most and sizes[place] * (len(batches[-1]) + 1) <= budget
        if room:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches
