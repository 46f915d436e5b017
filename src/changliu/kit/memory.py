"""What stays for the life of a process: out of sight of the garbage collector."""

import gc


def settle() -> None:
    """Have the collector pass over all there is by now: modules, models, routes, caches.

    Those are some 300,000 objects; looking through them again and again took a third of the time of
    an import (docs/explain/performance.md). For a process that has started and is about to work.
    """
    gc.freeze()
