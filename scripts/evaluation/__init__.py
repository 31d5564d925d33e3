"""Quality against labelled data: the parts of `scripts/evaluate.py`.

data → trials (who is judged with whom) → the judge or a baseline → metrics → errors, floors, show.
"""
