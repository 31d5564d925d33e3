"""Files that only import beside a framework are not collected without it."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("datatrove") else ["dedup/neighbours/datatrove.py"]
