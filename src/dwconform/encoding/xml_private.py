"""Private attributes of the Native DICOM Model: from ``gggg00ee`` with its creator to the full tag (PS3.18 F.3.1)."""

from __future__ import annotations

from dwconform.encoding.dataset import Element

__all__ = ["place_private"]

_ODD = frozenset("13579BDF")


def place_private(elements: dict[str, Element], private: list[tuple[str, str, Element]]) -> dict[str, Element]:
    """Return the data set with its private attributes under full tags, each creator in its element.

    Args:
        elements: the attributes without private creator, creator elements among them where the document lists them.
        private: tag as written, creator and element of each private attribute.

    Returns:
        The attributes in the order of their tags. A creator without element gets the first block that is free.
    """
    if not private:
        return elements
    blocks: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for tag, element in elements.items():
        if tag[3] in _ODD and "0010" <= tag[4:] <= "00FF":
            taken.add(tag)
            if element.values and isinstance(element.values[0], str):
                blocks.setdefault((tag[:4], element.values[0]), tag[6:])
    whole = dict(elements)
    for tag, creator, element in private:
        group = tag[:4]
        block = blocks.get((group, creator))
        if block is None:
            block = blocks[group, creator] = _free_block(group, taken)
            taken.add(f"{group}00{block}")
        whole.setdefault(f"{group}00{block}", Element("LO", (creator,)))
        whole[f"{group}{block}{tag[6:]}"] = element
    return {tag: whole[tag] for tag in sorted(whole)}


def _free_block(group: str, taken: set[str]) -> str:
    """Return the first block from 10 to FF without creator; FF when all are taken, as no document should."""
    return next((f"{number:02X}" for number in range(0x10, 0x100) if f"{group}00{number:02X}" not in taken), "FF")
