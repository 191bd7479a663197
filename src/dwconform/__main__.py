"""``python -m dwconform`` is ``dwconform``."""

from dwconform.cli import main

if __name__ == "__main__":
    main()
