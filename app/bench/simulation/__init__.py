"""The floor of a warehouse in one thread: real workflows, journals, sync and applier; a network and disks that fail.

One seed says all that happens, so a run that went wrong is played again by its seed alone.
"""
