"""Which files an input means, in which order, and what they are called.

    sources(inputs, out=None) -> Sources
    Sources.files        tuple[Source, ...] in the order of their name's bytes
    Sources.unreadable   tuple[Unreadable, ...]: missing paths and unreadable folders; the run can go on without them
    Sources.messages     tuple[str, ...]: what was ignored, in sentences for stderr
    Sources.read(settings) -> Iterator[Document | BadRow | Unreadable]: all files in order, ids made unique

`sources` raises UsageError when the request makes no sense (output inside input, nothing to read at all).
After an `Unreadable` the second read must leave that file out; all its bad rows are covered by it.
"""
