"""Private attributes of the Native DICOM Model: from ``gggg00ee`` with its creator to the full tag (PS3.18 F.3.1)."""

from __future__ import annotations

from dwconform.encoding.dataset import Element

__all__ = ["place_private"]

_BLOCKS = [f"{number:02X}" for number in range(0x10, 0x100)]
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
    for tag in [tag for tag in elements if tag[3] in _ODD and "0010" <= tag[4:] <= "00FF"]:
        taken.add(tag)
        values = elements[tag].values
        if values and isinstance(values[0], str):
            blocks.setdefault((tag[:4], values[0]), tag[6:])
    whole = dict(elements)
    here = ("", "")
    prefix = ""
    for tag, creator, element in private:
        if (tag[:4], creator) != here:
            here = (tag[:4], creator)
            block = blocks.get(here)
            if block is None:
                block = blocks[here] = _free_block(tag[:4], taken)
                taken.add(f"{tag[:4]}00{block}")
            whole.setdefault(f"{tag[:4]}00{block}", Element("LO", (creator,)))
            prefix = tag[:4] + block
        whole[prefix + tag[6:]] = element
    return {tag: whole[tag] for tag in sorted(whole)}


def _free_block(group: str, taken: set[str]) -> str:
    """Return the first block from 10 to FF without creator; FF when all are taken, as no document should."""
    return next((block for block in _BLOCKS if f"{group}00{block}" not in taken), "FF")
