"""Pictures of content: a topic with its questions and cards, and how topics lead to each other.

`topic.py` and `overview.py` return SVG as text, `mermaid.py` the same as Mermaid; each is
a function of content, wording and language, for the command line and for pages alike.
"""
