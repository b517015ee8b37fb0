"""Languages: translations are read here, and phrases become text for whoever reads.

`catalogue` knows the texts, `render` makes messages of them, `languages` says which
languages there are. Which phrase is said when belongs to the engine.
"""
